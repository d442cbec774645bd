import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What a folder may import by the table. */
interface Rule {
  readonly values: ReadonlySet<string>;
  /** Those included of which only types may be imported. */
  readonly types: ReadonlySet<string>;
}

function readRules(): Map<string, Rule> {
  const page = readFileSync(join(import.meta.dirname, 'architecture.md'), 'utf8');
  const [, section = ''] = page.split('## Folders');
  const rules = new Map<string, Rule>();
  for (const [, folder = '', mayImport = ''] of section.matchAll(/^\| `(\w+)\/` \|[^|]*\|([^|]*)\|$/gm)) {
    const [all = '', onlyTypes = ''] = mayImport.split('types of');
    const named = foldersIn(all);
    const values = all.includes('all of the above')
      ? [...rules.keys()].filter((name) => !named.includes(name))
      : named;
    rules.set(folder, { values: new Set(values), types: new Set([...values, ...foldersIn(onlyTypes)]) });
  }
  return rules;
}

function foldersIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)\/`/g)].map(([, name = '']) => name);
}

/** Imports of other folders, each as `file: what`. */
function breaches(folder: string, rule: Rule): string[] {
  const isOutside = /\.test\.tsx?$|(^|\/)(testing|dist)\/|\/(main|(generate|record)-[\w-]+)\.ts$/;
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .filter((file) => !isOutside.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const statements = text.matchAll(
        /^(?:import|export)( type)? (?:[^;']*? from )?'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
      );
      return [...statements].flatMap(([, type, from, late]) => {
        const target = relative(root, join(root, dirname(file), from ?? late ?? ''));
        const [other = ''] = target.split('/');
        const allowed = type ? rule.types : rule.values;
        return other === folder || allowed.has(other) ? [] : [`${file}: ${target}`];
      });
    });
}

const rules = readRules();

test('every folder with code of its own is in the table', () => {
  const folders = globSync('*/', { cwd: root }).map((name) => name.replace('/', ''));
  const others = ['bench', 'compose', 'deploy', 'docs', 'node_modules', 'tests'];
  expect([...rules.keys()].sort()).toEqual(
    folders.filter((name) => !others.includes(name) && !name.startsWith('.')).sort(),
  );
});

test.each([...rules])('%s imports nothing but what the table says', (folder, rule) => {
  expect(breaches(folder, rule)).toEqual([]);
});

test('a breach is seen', () => {
  const nothing = { values: new Set<string>(), types: new Set<string>() };
  expect(breaches('drizzle', nothing)).toContain('drizzle/connect.ts: config/config.ts');
  expect(breaches('cli', nothing).length).toBeGreaterThan(20);
});
