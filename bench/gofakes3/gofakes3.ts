import { join } from 'node:path';
import { findPrograms, installOnce, run } from '../../stack/downloads.mjs';
import { httpStatus, type Source, type SourceContext } from '../../stack/services/source.ts';

const version = '1.2.0';

/**
 * gofakes3 from the Go module proxy: an S3 server in memory that takes a tenth of moto's CPU time for a GET. S3 runs on
 * other machines in production, so the less of this one it takes here, the truer are the figures.
 */
export async function findGoFakeS3({ settings, cacheDir }: SourceContext): Promise<Source> {
  const [go] = findPrograms('go', settings.childEnv);
  if (!go) {
    return {
      kind: 'missing',
      needs: `gofakes3 ${version}, the S3 of the benchmark, is built by Go, and there is no "go" on the PATH. Install Go (https://go.dev/dl, Debian: apt install golang).`,
    };
  }
  const name = `gofakes3-${version}`;
  const url = (ports: Readonly<Record<string, number>>) => `http://127.0.0.1:${ports.s3}`;
  return {
    kind: 'local',
    from: `gofakes3 ${version} built by Go`,
    preferredPorts: { s3: 9100 },
    prepare: async (context) => {
      await installOnce(cacheDir, name, async (folder) => {
        context.note('building it (once, some seconds)');
        const module = `github.com/johannesboyne/gofakes3/cmd/gofakes3@v${version}`;
        // GOFLAGS and a workspace of the user's are meant for other modules.
        const env = { ...settings.childEnv, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' };
        const log = join(context.logsDir, 'gofakes3-install.log');
        await run({ ...context, env }, log, 'go install of gofakes3', go, ['install', module], {
          cwd: folder,
        });
      });
    },
    launch: async (_, ports) => ({
      command: join(cacheDir, name, 'gofakes3'),
      args: ['-backend', 'memory', '-host', `127.0.0.1:${ports.s3}`],
      env: settings.childEnv,
      ready: async () => (await httpStatus(url(ports))) === 200,
    }),
    url,
    env: (ports) => ({ AWS_ENDPOINT_URL_S3: url(ports) }),
  };
}
