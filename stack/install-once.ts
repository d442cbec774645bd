import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureGuardian } from './guardian.ts';
import { waitForLock } from './lock.ts';
import type { Note } from './tasks.ts';

/**
 * The folder `cacheDir/name`, built by `build` if it is not there yet. It is built under another name and renamed
 * when whole, so that an interrupted build is never taken for a finished one. Of several runs one builds and the
 * others wait. Throws what `build` throws.
 */
export async function installOnce(
  at: {
    readonly cacheDir: string;
    readonly name: string;
    readonly note: Note;
    readonly signal?: AbortSignal | undefined;
  },
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const finished = join(at.cacheDir, at.name);
  if (existsSync(finished)) return finished;
  mkdirSync(at.cacheDir, { recursive: true });
  const lock = await waitForLock(`${finished}.lock`, {
    // So that a killed run's compilers have ended before the next run builds in the same place.
    guardian: ensureGuardian(),
    onWait: ({ holder }) => at.note(`process ${holder.pid} is installing it already, waiting for that`),
    signal: at.signal,
  });
  try {
    if (existsSync(finished)) return finished;
    for (const name of readdirSync(at.cacheDir)) {
      if (name.startsWith(`${at.name}.partial`))
        rmSync(join(at.cacheDir, name), { recursive: true, force: true });
    }
    const partial = `${finished}.partial`;
    mkdirSync(partial);
    await build(partial);
    renameSync(partial, finished);
    return finished;
  } finally {
    lock.release();
  }
}
