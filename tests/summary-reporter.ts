import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output of a run with its slowest files, and with a line that any CI can count by. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(files: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    // A file that cannot be loaded has no tests, and fails all the same.
    const brokenFiles = files.filter((file) => file.errors().length > 0);
    const counts = { passed: 0, failed: brokenFiles.length + unhandledErrors.length, skipped: 0, pending: 0 };
    for (const file of files) for (const test of file.children.allTests()) counts[test.result().state] += 1;
    const slowest = files
      .map((file) => ({ path: relative(process.cwd(), file.moduleId), milliseconds: totalOf(file) }))
      .sort((a, b) => b.milliseconds - a.milliseconds)
      .slice(0, 10)
      .map(({ path, milliseconds }) => `${(milliseconds / 1_000).toFixed(1).padStart(8)} s  ${path}\n`);
    const { passed, failed, skipped, pending } = counts;
    process.stdout.write(`\nThe slowest files, their set-up included:\n${slowest.join('')}`);
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped + pending} skipped\n`);
  }
}

function totalOf(file: TestModule): number {
  const { collectDuration, setupDuration, duration } = file.diagnostic();
  return collectDuration + setupDuration + duration;
}
