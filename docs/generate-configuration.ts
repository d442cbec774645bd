import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { variables } from '../config/variables.ts';

/** The page that holds the table. */
export const configurationPage = new URL('./configuration.md', import.meta.url);

/**
 * A page with its table made again; the text around the table stays.
 *
 * @param script that makes the table, as the mark before it says
 * @throws if the page lacks one of the two marks
 */
export function withTable(page: string, script: string, lines: readonly string[]): string {
  const begin = `<!-- The table between these marks is made by "npm run ${script}". -->`;
  const end = '<!-- End of the table. -->';
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`The page must hold these two lines, in this order:\n${begin}\n${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}

/** The page with the table of config/variables.ts, see {@link withTable}. */
export function withCurrentTable(page: string): string {
  const rows = Object.entries<z.ZodType>(variables).map(([name, schema]) => {
    const byDefault = schema.parse(undefined);
    return `| \`${name}\` | ${shown(byDefault)} | ${cell(schema.description ?? '')} |`;
  });
  return withTable(page, 'docs:configuration', ['| Name | Default | Meaning |', '|---|---|---|', ...rows]);
}

function shown(value: unknown): string {
  return value === undefined || String(value) === '' ? '' : `\`${cell(String(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  writeFileSync(configurationPage, withCurrentTable(readFileSync(configurationPage, 'utf8')));
}
