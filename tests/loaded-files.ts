import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/**
 * What these modules load, found by following imports, `import()` and `new URL('./...', import.meta.url)`: files by their
 * path from the root, and packages, each with a file that loads it.
 */
export function loadedBy(...entries: string[]): { files: Set<string>; packages: Map<string, string> } {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const visit = (file: URL) => {
    const path = file.href.slice(root.href.length);
    if (files.has(path)) return;
    files.add(path);
    if (!path.endsWith('.ts')) return;
    for (const reference of referencesOf(readFileSync(file, 'utf8'), path)) {
      if (reference.startsWith('.')) visit(new URL(reference, file));
      else if (!reference.startsWith('node:')) packages.set(packageOf(reference), path);
    }
  };
  for (const entry of entries) visit(new URL(entry, root));
  return { files, packages };
}

function referencesOf(source: string, path: string): string[] {
  const code = source.replaceAll(/^(import|export) type [^;]*;$/gm, '');
  const imported = [...code.matchAll(/^(?:import|export|\}).*?\bfrom '([^']+)';$/gm)];
  // `start` runs the local stack, which is not part of an image: what it loads only when it is called may be missing.
  const later = path === 'cli/start.ts' ? [] : [...code.matchAll(/\bimport\('([^']+)'\)/g)];
  const read = [...code.matchAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g)];
  return [...imported, ...later, ...read].flatMap(([, reference]) => reference ?? []);
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
