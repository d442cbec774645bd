import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { childEnvironment } from '../../config/config.ts';
import { defaultFolders } from '../../stack/paths.ts';

const version = '0.316.0';

/**
 * Prometheus's own `promtool` (3.16), built by Go once and kept with the other downloads, which takes a minute or
 * two.
 *
 * @returns the program's path
 * @throws if there is no Go, or it cannot fetch or build
 */
export async function buildPromtool(): Promise<string> {
  const folder = join(defaultFolders().cacheDir, `promtool-${version}`);
  const program = join(folder, 'promtool');
  if (existsSync(program)) return program;
  await execa(
    'go',
    [
      'install',
      // Without the many ways to discover what to scrape, which rules have no use for.
      '-tags=remove_all_sd',
      `github.com/prometheus/prometheus/cmd/promtool@v${version}`,
    ],
    // GOFLAGS and a workspace of the user's are meant for other modules.
    { env: childEnvironment({ GOBIN: folder, GOFLAGS: '', GOWORK: 'off' }), extendEnv: false },
  ).catch((cause: unknown) => {
    throw new Error(
      `Go could not build promtool ${version}, which tests the alerts. Is Go 1.21 or newer on the PATH (https://go.dev/dl), and its module proxy within reach?`,
      { cause },
    );
  });
  return program;
}

/** What it prints that asks for nothing but better names: `promtool check metrics` ends with this code then. */
const adviceOnly = 3;

/** Runs it, and fails with what it printed unless it says that all is well. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const { exitCode, all } = await execa(await buildPromtool(), args, { reject: false, all: true });
  if (exitCode !== 0) throw new Error(`promtool ${args.join(' ')}:\n${all}`);
  return all;
}

/**
 * Has it read a page of metrics.
 *
 * @returns its advice, a line for each metric; none if all is well
 * @throws where Prometheus could not read the page
 */
export async function adviceAboutMetrics(page: string): Promise<string[]> {
  const { exitCode, all } = await execa(await buildPromtool(), ['check', 'metrics'], {
    reject: false,
    all: true,
    input: page,
  });
  if (exitCode !== 0 && exitCode !== adviceOnly) throw new Error(`promtool check metrics:\n${all}`);
  return all.split('\n').filter((line) => line !== '');
}
