import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnce } from '../install-once.ts';
import { runManaged } from '../managed-process.ts';
import { findPrograms, outputOf } from '../programs.ts';
import type { StackSettings } from '../settings.ts';
import {
  httpStatus,
  type LocalSource,
  type PrepareContext,
  portOf,
  type Source,
  type SourceContext,
  unreachable,
} from './source.ts';

const version = '5.2.5';
const quiet = fileURLToPath(new URL('../moto/', import.meta.url));

/** Credentials of the local S3 and SQS, which check none; never those of a real account. */
const localAccount = { region: 'us-west-2', accessKeyId: 'local', secretAccessKey: 'local' };

/** The S3 and SQS to use: the AWS_ENDPOINT_URL_* variables, else `moto_server` on the path, else PyPI's moto. */
export async function findAws(context: SourceContext): Promise<Source> {
  const { settings } = context;
  const { s3Endpoint, sqsEndpoint } = settings;
  if (s3Endpoint !== undefined && sqsEndpoint !== undefined)
    return external(settings, s3Endpoint, sqsEndpoint);
  for (const program of findPrograms('moto_server', settings.path)) {
    if ((await outputOf(program, ['--help'], settings))?.includes('--host')) {
      return localSource('moto_server on the PATH', program, []);
    }
  }
  const python = await findPython(settings);
  if (python === undefined) {
    return {
      kind: 'missing',
      needs:
        'S3 and SQS are served by moto, which needs Python 3.10 or newer with its venv module: none was found on the PATH. Install it (Debian: apt install python3 python3-venv; others: https://www.python.org), put moto_server on the PATH, or set AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_SQS.',
    };
  }
  const environment = join(context.cacheDir, `moto-${version}`);
  const source = localSource(`moto ${version} from PyPI`, join(environment, 'bin/python'), [
    '-m',
    'moto.server',
  ]);
  return { ...source, prepare: (prepare) => install(prepare, python) };
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
    async check() {
      for (const [title, variable, url] of [
        ['S3', 'AWS_ENDPOINT_URL_S3', s3],
        ['SQS', 'AWS_ENDPOINT_URL_SQS', sqs],
      ] as const) {
        // Whatever the answer to a request without a signature is: something answers.
        await httpStatus(url).catch((error: unknown) => {
          throw unreachable(title, variable, url, error);
        });
      }
    },
  };
}

function localSource(from: string, command: string, args: readonly string[]): LocalSource {
  const url = (ports: Record<string, number>) => `http://127.0.0.1:${portOf(ports, 'aws')}`;
  return {
    kind: 'local',
    from,
    preferredPorts: { aws: 5000 },
    prepare: async () => undefined,
    launch: async ({ settings }, ports) => ({
      command,
      args: [...args, '--host', '127.0.0.1', '--port', String(portOf(ports, 'aws'))],
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

async function findPython(settings: StackSettings): Promise<string | undefined> {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const probe = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  for (const program of names.flatMap((name) => findPrograms(name, settings.path))) {
    if ((await outputOf(program, ['-c', probe], settings)) !== undefined) return program;
  }
  return undefined;
}

async function install(context: PrepareContext, python: string): Promise<void> {
  await installOnce({ ...context, name: `moto-${version}` }, async (folder) => {
    const step = (title: string, command: string, args: readonly string[]) =>
      runManaged(
        {
          name: title,
          command,
          args,
          env: { ...context.settings.childEnv, PYTHONPATH: undefined, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
          logFile: join(context.logsDir, 'aws-install.log'),
          signal: context.signal,
          stopTimeoutMs: 2_000,
        },
        (line) => context.note(`installing (once, about half a minute): ${line}`),
      );
    await step('Creating a Python environment for moto', python, ['-m', 'venv', folder]);
    const own = join(folder, 'bin/python');
    if (!existsSync(own)) throw new Error(`${python} -m venv made no ${own}.`);
    await step('Installing moto', own, ['-m', 'pip', 'install', '--no-input', `moto[server]==${version}`]);
  });
}
