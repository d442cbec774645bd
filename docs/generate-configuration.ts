import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { variables } from '../config/variables.ts';

/** The page that holds the table. */
export const configurationPage = new URL('./configuration.md', import.meta.url);

const begin = '<!-- The table between these marks is made by "npm run docs:configuration". -->';
const end = '<!-- End of the table. -->';

/**
 * The page with its table made again from config/variables.ts; the text around the table stays.
 *
 * @throws if the page lacks one of the two marks
 */
export function withCurrentTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`docs/configuration.md must hold these two lines, in this order:\n${begin}\n${end}`);
  }
  return `${page.slice(0, from + begin.length)}\n\n${table()}\n\n${page.slice(to)}`;
}

function table(): string {
  const rows = Object.entries<z.ZodType>(variables).map(
    ([name, schema]) => `| \`${name}\` | ${shown(defaultOf(schema))} | ${cell(schema.description ?? '')} |`,
  );
  return ['| Name | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

/** The default of the variable, or undefined. */
function defaultOf(schema: z.ZodType): unknown {
  return schema.parse(undefined);
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
