import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from '../install-once.ts';
import { runManaged } from '../managed-process.ts';
import { findProgram, findPrograms, isAtLeast, outputOf, parseVersion } from '../programs.ts';
import {
  httpStatus,
  type LocalSource,
  type PrepareContext,
  portOf,
  type Source,
  type SourceContext,
} from './source.ts';
import { externalTemporal } from './temporal-external.ts';

const version = '1.5.1';
const oldestServer = [1, 26];

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

/** The Temporal to use: TEMPORAL_ADDRESS, else `temporal` on the path, else built by Go. */
export async function findTemporal(context: SourceContext): Promise<Source> {
  const { settings } = context;
  if (settings.temporalAddress !== undefined) return externalTemporal(settings, settings.temporalAddress);
  for (const program of findPrograms('temporal', settings.path)) {
    const server = parseServerVersion((await outputOf(program, ['--version'], settings)) ?? '');
    if (server && isAtLeast(server, oldestServer)) {
      return localSource(`Temporal server ${server.join('.')} on the PATH`, context, program);
    }
  }
  const go = findProgram('go', settings.path);
  const goVersion = parseVersion(
    ((go && (await outputOf(go, ['version'], settings))) ?? '').replace(/^go version go/, ''),
  );
  if (go && goVersion && isAtLeast(goVersion, [1, 21])) {
    return localSource(`Temporal CLI ${version} built by Go ${goVersion.join('.')}`, context, undefined, go);
  }
  return {
    kind: 'missing',
    needs: `Temporal: there is no "temporal" on the PATH (with a server of ${oldestServer.join('.')} or newer), and no Go 1.21 or newer to build it with${goVersion ? ` (found: ${goVersion.join('.')})` : ''}. Install Temporal's CLI (https://docs.temporal.io/cli) or Go (https://go.dev/dl, Debian: apt install golang), or set TEMPORAL_ADDRESS.`,
  };
}

function localSource(from: string, context: SourceContext, installed?: string, go?: string): LocalSource {
  const program = installed ?? join(context.cacheDir, `temporal-${version}`, 'temporal');
  const namespace = context.settings.temporalNamespace;
  const url = (ports: Record<string, number>, name: string) => `http://127.0.0.1:${portOf(ports, name)}`;
  return {
    kind: 'local',
    from,
    preferredPorts: { temporal: 7233, ui: 8233, http: 7243, metrics: 9233 },
    async prepare(prepare) {
      if (go) await build(prepare, go);
    },
    async launch({ dataDir, settings }, ports) {
      mkdirSync(dataDir, { recursive: true });
      const options = {
        'db-filename': join(dataDir, 'temporal.sqlite'),
        ip: '127.0.0.1',
        'ui-ip': '127.0.0.1',
        port: portOf(ports, 'temporal'),
        'ui-port': portOf(ports, 'ui'),
        'http-port': portOf(ports, 'http'),
        'metrics-port': portOf(ports, 'metrics'),
        namespace,
        'log-level': 'warn',
      };
      const pragmas = ['journal_mode=wal', 'synchronous=normal'].flatMap((pragma) => [
        '--sqlite-pragma',
        pragma,
      ]);
      const dynamic = Object.entries(dynamicConfig).flatMap(([k, v]) => [
        '--dynamic-config-value',
        `${k}=${v}`,
      ]);
      return {
        command: program,
        args: [
          ...['server', 'start-dev', ...pragmas, ...dynamic],
          ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
        ],
        env: settings.childEnv,
        ready: async () =>
          (await httpStatus(`${url(ports, 'http')}/api/v1/namespaces/${encodeURIComponent(namespace)}`)) ===
            200 && (await httpStatus(url(ports, 'ui'))) === 200,
      };
    },
    url: (ports) => `127.0.0.1:${portOf(ports, 'temporal')}`,
    env: (ports) => ({
      TEMPORAL_ADDRESS: `127.0.0.1:${portOf(ports, 'temporal')}`,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_UI_URL: url(ports, 'ui'),
    }),
  };
}

async function build(context: PrepareContext, go: string): Promise<void> {
  await installOnce({ ...context, name: `temporal-${version}` }, async (folder) => {
    context.note('building it, which takes three to nine minutes the first time on this machine');
    await runManaged(
      {
        name: 'go install of the Temporal CLI',
        command: go,
        args: ['install', '-v', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@v${version}`],
        cwd: folder,
        // GOFLAGS and a workspace of the user's are meant for other modules.
        env: { ...context.settings.childEnv, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' },
        logFile: join(context.logsDir, 'temporal-install.log'),
        signal: context.signal,
        stopTimeoutMs: 2_000,
      },
      (line) => context.note(`building (once, three to nine minutes): ${line}`),
    );
  });
}

/** The server's version in `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
export function parseServerVersion(text: string): number[] | undefined {
  const match = /Server (\d+(?:\.\d+)*)/.exec(text);
  return match?.[1]?.split('.').map(Number);
}
