import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { StaticFile } from './static-file.ts';

/**
 * The files below a folder by their address. They are looked for once, at the start: what is not in the list is never
 * opened, so no path in a request can reach anything else.
 *
 * @param root need not exist
 */
export function scanStaticFiles(root: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of entriesOf(root)) {
    const path = join(entry.parentPath, entry.name);
    const stats = statSync(path);
    if (!stats.isFile()) continue;
    const url = `/${relative(root, path).split(sep).join('/')}`;
    files.set(url, new StaticFile(path, url, stats));
  }
  return files;
}

function entriesOf(root: string) {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
