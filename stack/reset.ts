import { rmSync } from 'node:fs';
import { LockedError, takeLock } from './lock.ts';
import { stackPaths } from './paths.ts';

/**
 * Deletes the data, logs and env file of a stack that is not running; what was downloaded and built stays.
 * Throws while a stack runs over the folder.
 */
export function resetStack(stateDir: string): void {
  const paths = stackPaths(stateDir);
  let lock: ReturnType<typeof takeLock>;
  try {
    lock = takeLock(paths.lockFile);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new Error(
      `The stack over ${paths.stateDir} is running as process ${error.owner.holder.pid}: stop it first, then reset.`,
    );
  }
  try {
    for (const path of [paths.dataRoot, paths.logsDir, paths.envFile])
      rmSync(path, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}
