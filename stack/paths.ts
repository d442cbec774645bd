import { join, resolve } from 'node:path';

/** The files of a stack. None is in git. */
export interface StackPaths {
  readonly stateDir: string;
  /** Locked by the services while one of them lives. */
  readonly lockFile: string;
  /** The addresses in use, from when everything is ready until it stops. */
  readonly envFile: string;
  readonly logsDir: string;
  /** A folder of data for each service. */
  readonly dataRoot: string;
}

/** The paths below a state folder. */
export function stackPaths(stateDir: string): StackPaths {
  const root = resolve(stateDir);
  return {
    stateDir: root,
    lockFile: join(root, 'lock'),
    envFile: join(root, 'env'),
    logsDir: join(root, 'logs'),
    dataRoot: join(root, 'state'),
  };
}

/** The folders of this checkout, wherever the command is run: `.stack` and, for downloads and builds, `.stack/cache`. */
export function defaultFolders(): { readonly stateDir: string; readonly cacheDir: string } {
  const stateDir = join(import.meta.dirname, '..', '.stack');
  return { stateDir, cacheDir: join(stateDir, 'cache') };
}
