import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folder = fileURLToPath(new URL('../../ui/', import.meta.url));

/**
 * Builds the web page if it was never built, or if a file of it has changed since.
 *
 * @returns what was done, in a few words
 * @throws what Vite says is wrong with the page
 */
export async function buildPage(): Promise<string> {
  const page = join(folder, 'dist', 'index.html');
  if (existsSync(page) && statSync(page).mtimeMs > newestSource()) return 'already built';
  await build({ root: folder, logLevel: 'error' });
  return 'built';
}

function newestSource(): number {
  const sources = globSync('**/*', { cwd: folder, exclude: (name) => name === 'dist' });
  return Math.max(...sources.map((name) => statSync(join(folder, name)).mtimeMs));
}
