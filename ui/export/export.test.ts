import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { toCsv } from './csv.ts';
import { curlCommand } from './curl.ts';

it('writes CSV that keeps every value', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['1', 'x,y'],
        ['say "hi"', 'two\nlines'],
      ],
    ),
  ).toBe('a,b\r\n1,"x,y"\r\n"say ""hi""","two\nlines"\r\n');
});

it('writes a command that a shell reads as the body it is', () => {
  const body = { query: { query_string: { query: `it's "$HOME" \`x\` \\ é` } }, size: 1 };
  const command = curlCommand('http://127.0.0.1:8000', body).replace(/^curl -s \S+ -d /, 'printf %s ');
  expect(JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }))).toEqual(body);
});
