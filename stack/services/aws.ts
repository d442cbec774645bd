import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrograms, findPython, installPython, outputOf, pythonFolder } from '../downloads.mjs';
import type { StackSettings } from '../settings.ts';
import { httpStatus, type LocalSource, type Source, type SourceContext } from './source.ts';

const quiet = fileURLToPath(new URL('../moto/', import.meta.url));

/** Credentials of the local S3 and SQS, which check none; never those of a real account. */
const localAccount = { region: 'us-west-2', accessKeyId: 'local', secretAccessKey: 'local' };

/** The S3 and SQS to use: the AWS_ENDPOINT_URL_* variables, else `moto_server` on the path, else PyPI's moto. */
export async function findAws(context: SourceContext): Promise<Source> {
  const { settings } = context;
  const { s3Endpoint, sqsEndpoint } = settings;
  if (s3Endpoint !== undefined && sqsEndpoint !== undefined)
    return external(settings, s3Endpoint, sqsEndpoint);
  const env = settings.childEnv;
  for (const program of findPrograms('moto_server', env)) {
    if ((await outputOf(program, ['--help'], env))?.includes('--host'))
      return localSource('moto_server on the PATH', program, []);
  }
  const python = await findPython(env);
  if (typeof python === 'string') {
    return {
      kind: 'missing',
      needs: `S3 and SQS are served by moto, which needs Python 3.10 or newer with its venv module, and ${python}. Install it (Debian: apt install python3 python3-venv; others: https://www.python.org), put moto_server on the PATH, or set AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_SQS.`,
    };
  }
  const program = join(context.cacheDir, pythonFolder(python), 'bin/python');
  return {
    ...localSource('moto from PyPI', program, ['-m', 'moto.server']),
    async prepare(prepare) {
      await installPython({ ...prepare, env }, python);
    },
  };
}

function external(settings: StackSettings, s3: string, sqs: string): Source {
  return {
    kind: 'external',
    from:
      s3 === sqs
        ? `${s3} (AWS_ENDPOINT_URL_S3 and _SQS)`
        : `${s3} (AWS_ENDPOINT_URL_S3) and ${sqs} (AWS_ENDPOINT_URL_SQS)`,
    url: s3,
    env: awsEnv(s3, sqs, settings.aws),
    // Any response to a request without a signature shows that something is listening.
    check: () => Promise.all([httpStatus(s3), httpStatus(sqs)]),
  };
}

function localSource(from: string, command: string, args: readonly string[]): LocalSource<'aws'> {
  const url = ({ aws }: { readonly aws: number }) => `http://127.0.0.1:${aws}`;
  return {
    kind: 'local',
    from,
    preferredPorts: { aws: 5000 },
    prepare: async () => undefined,
    launch: async ({ settings }, ports) => ({
      command,
      args: [...args, '--host', '127.0.0.1', '--port', String(ports.aws)],
      env: { ...settings.childEnv, PYTHONPATH: quiet, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
      ready: async () => (await httpStatus(`${url(ports)}/moto-api/`)) === 200,
      stopTimeoutMs: 3_000,
    }),
    url,
    env: (ports) => awsEnv(url(ports), url(ports), localAccount),
  };
}

function awsEnv(s3: string, sqs: string, account: StackSettings['aws']): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
  };
}
