import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatEnv, parseEnv, readEnvFile, removeEnvFile, writeEnvFile } from './env-file.ts';

const awkward = {
  PLAIN: 'http://127.0.0.1:9200',
  EMPTY: '',
  SPACES: ' two  spaces ',
  QUOTES: `it's "quoted"`,
  ONLY_QUOTES: "'''",
  DOLLAR: '$HOME `id` $(id)',
  BACKSLASH: 'a\\b\\',
  LINES: 'one\ntwo\n',
  URL: 'postgresql://u:p@h:5432/db?a=b&c=d#e',
  TILDE: '~/x',
  UMLAUT: 'Grüße',
};

describe('an env file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'env-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives a shell that sources it the exact values', () => {
    const path = join(folder, 'sub', 'env');
    writeEnvFile(path, awkward);
    for (const [name, value] of Object.entries(awkward)) {
      const script = `set -a; . "$1"; printf '%s.' "$${name}"`;
      expect(execFileSync('sh', ['-c', script, 'sh', path], { encoding: 'utf8' }), name).toBe(`${value}.`);
    }
    expect(readEnvFile(path)).toEqual(awkward);
  });

  test('is readable by its owner only, leaves no draft behind, and can be removed twice', () => {
    const path = join(folder, 'env');
    writeEnvFile(path, { A: '1' });
    writeEnvFile(path, { A: '2' });
    expect(readEnvFile(path)).toEqual({ A: '2' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['env']);
    removeEnvFile(path);
    removeEnvFile(path);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses what a shell could not take', () => {
    expect(() => formatEnv({ 'A-B': '1' })).toThrow('"A-B"');
    expect(() => formatEnv({ A: 'x\0y' })).toThrow('A holds a NUL');
  });

  test('is refused when it is something else', () => {
    expect(() => parseEnv('A=1\nrm -rf /\n')).toThrow('Not an env file of the stack, at: rm -rf /');
  });
});
