import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../cli/program.ts';

const program = await createProgram();

const pages = [
  'runbook.md',
  'deployment.md',
  'observability.md',
  'operations.md',
  'backfill.md',
  'reindex.md',
];
const texts = new Map(pages.map((page) => [page, readFileSync(new URL(page, import.meta.url), 'utf8')]));

/**
 * What stands between backquotes, or on a line of a block of code, and begins with `buildhub` and a command; each of
 * several that are told apart by `|`.
 */
function commandsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`buildhub ([a-z][^`]*)`/g)].flatMap(([, words]) => words ?? []);
  const lines = [...text.matchAll(/^buildhub ([a-z].*)$/gm)].flatMap(([, words]) => words ?? []);
  return [...quoted, ...lines.map((line) => line.replace(/ +#.*$/, ''))].flatMap(alternatives);
}

/** `backfill pause | limit 20` is `backfill pause` and `backfill limit 20`. */
function alternatives(line: string): string[] {
  const [first = '', ...others] = line.split(/\s+\|\s+/);
  const words = first.split(/\s+/);
  return [words.join(' '), ...others.map((other) => [...words.slice(0, -1), other].join(' '))];
}

const commands = [...new Set([...texts.values()].flatMap(commandsIn))];

describe.each(commands)('buildhub %s', (line) => {
  test('is a command that exists, with options that it has', () => {
    const words = line.split(' ');
    let command: Command = program;
    for (const word of words) {
      const next = command.commands.find((child) => child.name() === word);
      if (!next) break;
      command = next;
    }
    expect(command, `There is no command ${words[0]}`).not.toBe(program);
    const rest = words.slice(words.indexOf(command.name()) + 1);
    if (command.commands.length > 0 && command.registeredArguments.length === 0)
      expect(rest, 'It wants a command of its own').toEqual([]);
    for (const option of line.match(/--[a-z-]+/g) ?? [])
      expect(
        command.options.map(({ long }) => long),
        line,
      ).toContain(option);
  });
});

test('the pages name commands', () => expect(commands.length).toBeGreaterThan(10));

test.each(pages)('links in %s lead to pages and headings that exist', (page) => {
  for (const [, target = ''] of (texts.get(page) ?? '').matchAll(/\]\(([^)]+)\)/g)) {
    if (target.startsWith('http')) continue;
    const [path = '', anchor] = target.split('#');
    const url = path === '' ? new URL(page, import.meta.url) : new URL(path, import.meta.url);
    expect(existsSync(url), target).toBe(true);
    if (anchor === undefined) continue;
    const headings = readFileSync(url, 'utf8').match(/^#{1,4} .*$/gm) ?? [];
    const anchors = headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors, target).toContain(anchor);
  }
});
