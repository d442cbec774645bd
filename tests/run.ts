import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildPage } from '../cli/local/build-page.ts';
import { childEnvironment } from '../config/config.ts';
import { defaultFolders } from '../stack/paths.ts';
import { startStack } from '../stack/start-stack.ts';
import { stopSignal } from '../stack/stop-signal.ts';

const help = `Runs Buildhub's tests: unit, then integration on one stack of real services that is started for them, and
beside it end to end, where each file starts a stack of its own.

Usage: npm test [-- SUITE ... [FILTER]]      SUITE: unit, integration, e2e; all of them by default; or promtool, in
                                             which Prometheus reads alerts and metrics. Go builds it, in a minute or two

Examples:
  npm test
  npm test -- unit
  npm test -- integration drizzle`;

const usualSuites = ['unit', 'integration', 'e2e'];
const suites = [...usualSuites, 'promtool'];

const words = process.argv.slice(2);
if (words.includes('--help')) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
const named = suites.filter((suite) => words.includes(suite));
const chosen = named.length > 0 ? named : usualSuites;
const filters = words.filter((word) => !suites.includes(word));
const needsServices = chosen.includes('integration') || chosen.includes('promtool');
const signal = stopSignal();
try {
  process.exitCode = await (needsServices ? runOnStack() : runVitest({}));
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function runOnStack(): Promise<number> {
  await buildPage();
  const stack = await startStack({
    stateDir: join(defaultFolders().stateDir, 'test', 'stack'),
    cacheDir: defaultFolders().cacheDir,
    persistent: false,
    forTests: true,
    signal,
  });
  try {
    const code = await runVitest(stack.env);
    if (code !== 0) process.stderr.write(`The logs of the services are in ${stack.paths.logsDir}\n`);
    return code;
  } finally {
    await stack.stop();
  }
}

/** Runs the chosen suites in one go, and returns an exit code. */
async function runVitest(env: Readonly<Record<string, string>>): Promise<number> {
  const projects = chosen.flatMap((suite) => ['--project', suite]);
  const reporters = ['--reporter=default', '--reporter=./tests/summary-reporter.ts'];
  return await new Promise((resolve, reject) => {
    const vitest = spawn('vitest', ['run', ...projects, ...reporters, ...filters], {
      stdio: 'inherit',
      // Each worker is a process, which would compile all that it loads again.
      env: childEnvironment({ ...env, NODE_COMPILE_CACHE: join(defaultFolders().cacheDir, 'compiled') }),
    });
    signal.addEventListener('abort', () => vitest.kill());
    vitest.once('error', reject);
    vitest.once('exit', (code) => resolve(code ?? 1));
  });
}
