import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { operationNamed, operations } from '../operations/registry.ts';
import {
  addInputFlags,
  exampleLines,
  flagsOf,
  parseCount,
  parseLimit,
  parseRateLimit,
  readInput,
} from './input-flags.ts';

/** What the flags of an operation's `start` command are read as. */
function read(name: string, ...flags: string[]) {
  const { input } = operationNamed(name);
  const command = addInputFlags(new Command().exitOverride().configureOutput({ writeErr: () => {} }), input);
  command.parse(flags, { from: 'user' });
  return readInput(command, input);
}

test.each(operations.flatMap((operation) => operation.examples.map(({ input }) => ({ operation, input }))))(
  'the example $input of $operation.name can be given as flags',
  ({ operation: { name, input: schema }, input }) => {
    const { keys, ...others } = input;
    const flags = flagsOf(others, schema).match(/"[^"]*"|\S+/g) ?? [];
    const words = flags.map((word) => word.replaceAll('"', ''));
    expect(read(name, ...words)).toEqual(schema.parse(others));
  },
);

describe('flags', () => {
  test('have the defaults of the schema, and booleans that are true by default are switched off', () => {
    expect(read('backfill')).toEqual({
      ...{ prefix: '', dry_run: false, validate: false, concurrency: 4, downloads: 12 },
    });
    expect(read('import')).toMatchObject({ after: '0', reindex: true });
    expect(read('import', '--no-reindex')).toMatchObject({ reindex: false });
    expect(read('drop-indexes', '--names', 'a', 'b')).toEqual({ names: ['a', 'b'] });
  });

  test('that are wrong are named, and members of the schema are named as flags', () => {
    expect(() => read('backfill', '--rate-limit', '0')).toThrow('error: --rate-limit must be above 0');
    expect(() => read('backfill', '--concurrency', '1.5')).toThrow('--concurrency must be a whole number');
    expect(() => read('backfill', '--validate')).toThrow('error: --validate requires --dry-run');
    expect(() => read('backfill', '--rate-limit', 'x')).toThrow('It must be a number, such as 20 or 0.5.');
    expect(() => read('drop-indexes')).toThrow('give either --names or --keep');
    expect(() => read('retry')).toThrow('--scope <value>');
    expect(() => read('reconcile', '--extent', 'half')).toThrow('Allowed choices are none, sample, whole.');
  });

  test('read a list from a file, without byte order mark and empty lines', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.txt');
    writeFileSync(file, '\uFEFFa/buildhub.json\r\n\nb/buildhub.json\n');
    expect(read('backfill', '--keys-file', file)).toMatchObject({
      keys: ['a/buildhub.json', 'b/buildhub.json'],
    });
    writeFileSync(file, `a\n${'x'.repeat(1_025)}\n`);
    expect(() => read('backfill', '--keys-file', file)).toThrow('--keys-file, entry 2 has 1025 bytes');
    writeFileSync(file, '\n');
    expect(() => read('backfill', '--keys-file', file)).toThrow('--keys-file must have at least one key');
    expect(() => read('backfill', '--keys-file', '/no/such/file')).toThrow('ENOENT');
  });
});

test('examples of the help are commands with a line about each', () => {
  expect(exampleLines(operationNamed('roll-back'))).toEqual([
    '  # return to the index that was live most recently',
    '  $ buildhub roll-back start',
    '  # if the live index is unusable',
    '  $ buildhub roll-back start --at-once',
    '  # return to this index',
    '  $ buildhub roll-back start --index buildhub2-000007',
  ]);
});

test('counts and rate limits are read, and nothing else', () => {
  expect(parseCount('12')).toBe(12);
  expect(() => parseCount('-1')).toThrow('non-negative integer');
  expect(parseLimit('1')).toBe(1);
  expect(() => parseLimit('0')).toThrow('must be 1 or more');
  expect([parseRateLimit('0.5'), parseRateLimit('none')]).toEqual([0.5, null]);
  for (const text of ['0', 'many', '']) expect(() => parseRateLimit(text)).toThrow('must be a number');
});
