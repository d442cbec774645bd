import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ignored = ['**/node_modules/**', '**/.stack/**', '**/dist/**'];

/** Tests that start a stack of their own begin first, as they take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ project }: TestSpecification) => project.name === 'e2e';
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// More than cores: most of the time these tests wait for something to happen.
const besideEachOther = { maxWorkers: 2 * availableParallelism(), sequence: { groupOrder: 1 } };

/**
 * `*.test.ts` is logic and needs nothing; `*.integration.test.ts` needs the local services whose addresses are in
 * the environment; `*.e2e.test.ts` starts a stack of its own, mostly to kill a part of it; `*.promtool.test.ts` needs
 * Prometheus's own promtool, which Go builds from several hundred modules, so it runs only on request.
 *
 * Without isolation the files that a process runs load the code once, which takes longer than most tests do. So a test
 * file leaves the process as it found it: environment, Temporal runtime, metrics.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.{integration,e2e,promtool}.test.ts'],
          isolate: false,
          unstubEnvs: true,
          maxWorkers: '100%',
          // Some run the command line itself, which takes a while to load on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ignored,
          isolate: false,
          ...besideEachOther,
          // Only for what hangs: on a slow machine, four at a time, some take a minute and a half.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ignored,
          ...besideEachOther,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'promtool',
          include: ['**/*.promtool.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 600_000,
          // One at a time, as each begins by building the same program.
          fileParallelism: false,
        },
      },
    ],
  },
});
