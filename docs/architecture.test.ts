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

interface Import {
  /** Path from the root. */
  readonly target: string;
  readonly isType: boolean;
}

/** Reads the table under "Folders": each folder may import only folders that are named above it. */
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

/** The imports of each source file of a folder; tests, test fixtures and programs that run alone are left out. */
function importsOf(folder: string): Map<string, Import[]> {
  const isOutside = /\.test\.tsx?$|(^|\/)(testing|dist)\/|\/(main|(generate|record)-[\w-]+)\.ts$/;
  const files = globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).filter((file) => !isOutside.test(file));
  return new Map(
    files.map((file) => {
      const statements = readFileSync(join(root, file), 'utf8').matchAll(
        /^(?:import|export)( type)? (?:[^;']*? from )?'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
      );
      const imports = [...statements].map(([, type, from, late]) => ({
        target: relative(root, join(root, dirname(file), from ?? late ?? '')),
        isType: type !== undefined,
      }));
      return [file, imports];
    }),
  );
}

/** Imports that the rule does not allow, each as `file: target`. */
function breaches(folder: string, rule: Rule): string[] {
  return [...importsOf(folder)].flatMap(([file, imports]) =>
    imports.flatMap(({ target, isType }) => {
      const [other = ''] = target.split('/');
      const allowed = isType ? rule.types : rule.values;
      return other === folder || allowed.has(other) ? [] : [`${file}: ${target}`];
    }),
  );
}

const rules = readRules();

test('every folder with code of its own is in the table', () => {
  const folders = globSync('*/', { cwd: root }).map((name) => name.replace('/', ''));
  const others = ['bench', 'chaos', 'deploy', 'docs', 'node_modules', 'tests'];
  expect([...rules.keys()].sort()).toEqual(
    folders.filter((name) => !others.includes(name) && !name.startsWith('.')).sort(),
  );
});

test('each folder may import only folders above it in the table', () => {
  const order = [...rules.keys()];
  const upward = [...rules].flatMap(([folder, { types }]) =>
    [...types]
      .filter((other) => order.indexOf(other) >= order.indexOf(folder))
      .map((other) => `${folder} imports ${other}`),
  );
  expect(upward).toEqual([]);
});

test.each([...rules])('%s imports only what the table allows', (folder, rule) => {
  expect(breaches(folder, rule)).toEqual([]);
});

test('breaches are found', () => {
  const nothing = { values: new Set<string>(), types: new Set<string>() };
  expect(breaches('drizzle', nothing)).toContain('drizzle/connect.ts: config/config.ts');
  expect(breaches('cli', nothing).length).toBeGreaterThan(20);
});
