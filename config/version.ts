import { readFileSync } from 'node:fs';

/** Dockerflow's version object: which code runs. */
export interface Version {
  readonly source: string;
  readonly version: string;
  readonly commit: string;
  /** Address of the CI job that built it. */
  readonly build: string;
}

/**
 * Which code this is: `version.json` in the project's root, which CI writes into an image, and the version of
 * package.json otherwise.
 */
export function readVersion(): Version {
  const { version } = readJson('../package.json') as { version: string };
  const unknown = { source: '', version, commit: '', build: '' };
  try {
    return { ...unknown, ...(readJson('../version.json') as Partial<Version>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return unknown;
    throw error;
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
