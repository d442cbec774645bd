import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/.stack/**', '**/dist/**'];

/**
 * `*.test.ts` is logic and needs nothing; `*.integration.test.ts` needs the local services whose addresses are in
 * the environment; `*.e2e.test.ts` drives the processes as they are deployed; `*.promtool.test.ts` needs Prometheus's own
 * promtool, which Go builds from several hundred modules, so it runs when asked for.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.{integration,e2e,promtool}.test.ts'],
          // Some ask the command line itself, which takes a while to load on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ignored,
          // Only for what hangs: on a slow machine, four at a time, some take a minute and a half.
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // More than cores: most of the time they wait for something to happen.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // Each file has services of its own, so this is what a machine has to have memory for.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'promtool',
          include: ['**/*.promtool.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          // One at a time, as each begins by building the same program.
          fileParallelism: false,
        },
      },
    ],
  },
});
