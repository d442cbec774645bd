import { join, resolve } from 'node:path';

export type StackPaths = Readonly<ReturnType<typeof stackPaths>>;

/** The files of a stack, below its state folder. None is in git. */
export function stackPaths(stateDir: string) {
  const root = resolve(stateDir);
  return {
    stateDir: root,
    /** Locked by the services while one of them lives. */
    lockFile: join(root, 'lock'),
    /** The addresses in use, from when everything is ready until it stops. */
    envFile: join(root, 'env'),
    logsDir: join(root, 'logs'),
    /** A folder of data for each service. */
    dataRoot: join(root, 'state'),
  };
}

/** The folders of this checkout, wherever the command is run: `.stack` and, for downloads and builds, `.stack/cache`. */
export function defaultFolders(): { readonly stateDir: string; readonly cacheDir: string } {
  const stateDir = join(import.meta.dirname, '..', '.stack');
  return { stateDir, cacheDir: join(stateDir, 'cache') };
}
