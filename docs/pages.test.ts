import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../cli/program.ts';

const root = new URL('../', import.meta.url);
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const program = await createProgram();
const textOf = (page: string) => readFileSync(new URL(page, root), 'utf8');

describe.each(pages)('%s', (page) => {
  const text = textOf(page);

  test('links to pages, headings and files that exist', () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('http') || target.startsWith('/')) continue;
      const [path = '', anchor] = target.split('#');
      const url = path === '' ? new URL(page, root) : new URL(path, new URL(page, root));
      expect(existsSync(url), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(readFileSync(url, 'utf8')), target).toContain(anchor);
    }
  });

  test('has JSON examples that can be parsed', () => {
    for (const [, json = ''] of text.matchAll(/^```json\n(.*?)^```/gms))
      expect(() => JSON.parse(json)).not.toThrow();
  });

  // CONTRIBUTING shows how to add an operation that does not exist.
  const commands = page === 'CONTRIBUTING.md' ? [] : commandsIn(text);
  test.each(commands)('names a command that exists: buildhub %s', (line) => {
    const words = line.split(' ');
    let command: Command = program;
    for (const word of words) {
      const next = command.commands.find((child) => child.name() === word);
      if (!next) break;
      command = next;
    }
    expect(command.parent, `There is no command ${words[0]}`).not.toBeNull();
    const rest = words.slice(words.indexOf(command.name()) + 1);
    if (command.commands.length > 0 && command.registeredArguments.length === 0)
      expect(rest, 'It needs a subcommand').toEqual([]);
    for (const option of line.match(/--[a-z-]+/g) ?? [])
      expect(
        command.options.map(({ long }) => long),
        line,
      ).toContain(option);
  });
});

/** Commands between backquotes, or on a line of a code block. */
function commandsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`buildhub ([a-z][^`]*)`/g)].flatMap(([, words]) => words ?? []);
  const lines = [...text.matchAll(/^(?:npm run --silent )?buildhub (?:-- )?([a-z].*)$/gm)].flatMap(
    ([, words]) => words ?? [],
  );
  return [...new Set([...quoted, ...lines.map((line) => line.replace(/ +#.*$/, ''))])];
}

/** As GitHub and the pages of the UI make anchors. */
function anchorsOf(text: string): string[] {
  return (text.match(/^#{1,4} .*$/gm) ?? []).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
}
