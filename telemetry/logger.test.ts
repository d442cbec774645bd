import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test.each(['stdout', 'stderr'] as const)('on %s, a key cannot control the terminal', (output) => {
  const key = 'a\x1b[2J\x9b1m\u202eb';
  const program = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve('./logger.ts'))};
    createLogger('test', 'info', '${output}').info({ key: ${JSON.stringify(key)} }, 'Seen');`;
  const args = ['--input-type=module-typescript', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const [line, other] = output === 'stdout' ? [stdout, stderr] : [stderr, stdout];
  expect(other).toBe('');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  expect(line).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.parse(line)).toMatchObject({ key, msg: 'Seen' });
});
