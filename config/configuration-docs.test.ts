import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { configurationPage, withCurrentTable } from '../docs/generate-configuration.ts';
import { variables } from './variables.ts';

test('docs/configuration.md has the table that config/variables.ts makes', () => {
  const page = readFileSync(configurationPage, 'utf8');
  expect(page, 'docs/configuration.md is stale: run "npm run docs:configuration" and commit it').toBe(
    withCurrentTable(page),
  );
});

test.each(Object.entries<z.ZodType>(variables))('%s has a description', (_, schema) => {
  expect(schema.description).toMatch(/^[A-Z].*[^.]$/);
});

test('a page without the marks is refused with the lines that it lacks', () => {
  expect(() => withCurrentTable('# Configuration')).toThrow(/must hold these two lines.*\n<!-- .*\n<!-- /);
});
