import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeEnvFile } from './env-file.ts';

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
};

test('a shell that sources an env file gets the exact values; only its owner can read it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'env-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sub', 'env');
  writeEnvFile(path, { PLAIN: 'from before' });
  writeEnvFile(path, awkward);
  for (const [name, value] of Object.entries(awkward)) {
    const script = `set -a; . "$1"; printf '%s.' "$${name}"`;
    expect(execFileSync('sh', ['-c', script, 'sh', path], { encoding: 'utf8' }), name).toBe(`${value}.`);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'sub'))).toEqual(['env']);
});
