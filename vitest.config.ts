import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/.stack/**', '**/ui/dist/**'];

/**
 * `*.test.ts` is logic and needs nothing; `*.integration.test.ts` needs the local services whose addresses are in
 * the environment; `tests/**\/*.e2e.test.ts` drives the processes as they are deployed.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.integration.test.ts', '**/*.e2e.test.ts'],
          // Some ask the command line itself, which takes a while to load on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
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
    ],
  },
});
