import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Refuses every write as a full disk does; only Linux has it. */
const full = '/dev/full';

test.runIf(existsSync(full))('output that cannot be written is reported in one line', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const stdio = ['ignore', openSync(full, 'w'), 'pipe'] as const;
  const { status, stderr } = spawnSync(process.execPath, [main, '--help'], { stdio: [...stdio] });
  expect(String(stderr)).toMatch(/^buildhub: the output cannot be written: ENOSPC.*\n$/);
  expect(status).toBe(1);
});
