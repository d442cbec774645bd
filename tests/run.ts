import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '../config/config.ts';
import { defaultFolders } from '../stack/paths.ts';
import { startStack } from '../stack/start-stack.ts';

const help = `Runs Buildhub's tests: unit, then integration on a stack of real services that is started for them, then
end to end, where each test starts a system of its own.

Usage: npm test [-- SUITE ... [FILTER]]      SUITE: unit, integration, e2e; all of them by default; or promtool, in
                                             which Prometheus reads alerts and metrics. Go builds it, in a minute or two

Examples:
  npm test
  npm test -- unit
  npm test -- integration drizzle`;

const usualSuites = ['unit', 'integration', 'e2e'] as const;
const suites = [...usualSuites, 'promtool'] as const;
type Suite = (typeof suites)[number];

const words = process.argv.slice(2);
if (words.includes('--help')) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
const chosen = suites.filter((suite) => words.includes(suite));
const filters = words.filter((word) => !suites.some((suite) => suite === word));
const testDir = join(defaultFolders().stateDir, 'test');
const totals = { passed: 0, failed: 0, skipped: 0 };
let isComplete = true;
rmSync(join(testDir, 'reports'), { recursive: true, force: true });
mkdirSync(join(testDir, 'reports'), { recursive: true });

for (const suite of chosen.length > 0 ? chosen : usualSuites) {
  const began = Date.now();
  process.stdout.write(`\n${suite} tests\n`);
  if (suite === 'integration' || suite === 'promtool') await onStack((env) => runSuite(suite, env));
  else await runSuite(suite, {});
  process.stdout.write(`${suite} tests took ${Math.round((Date.now() - began) / 1_000)} s\n`);
}
// A line that any CI can count by.
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = isComplete && totals.failed === 0 && totals.passed > 0 ? 0 : 1;

async function onStack(run: (env: Readonly<Record<string, string>>) => Promise<void>): Promise<void> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const stack = await startStack({
    stateDir: join(testDir, 'stack'),
    cacheDir: defaultFolders().cacheDir,
    persistent: false,
    report: 'plain',
    signal: stopped.signal,
  });
  try {
    await run(stack.env);
    if (totals.failed > 0) process.stdout.write(`The logs of the services are in ${stack.paths.logsDir}\n`);
  } finally {
    await stack.stop();
  }
}

async function runSuite(suite: Suite, env: Readonly<Record<string, string>>): Promise<void> {
  const report = join(testDir, 'reports', `${suite}.json`);
  const args = ['run', '--project', suite, '--passWithNoTests', '--reporter=default', '--reporter=json'];
  const code = await new Promise<number | null>((resolve, reject) => {
    const vitest = spawn('vitest', [...args, `--outputFile=${report}`, ...filters], {
      stdio: 'inherit',
      // Each file has a process of its own, which would compile all that it loads anew.
      env: childEnvironment({ ...env, NODE_COMPILE_CACHE: join(defaultFolders().cacheDir, 'compiled') }),
    });
    vitest.once('error', reject);
    vitest.once('exit', resolve);
  });
  if (code !== 0) isComplete = false;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  ) as Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests', number>;
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  totals.skipped += numPendingTests;
}
