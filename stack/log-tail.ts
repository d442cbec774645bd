import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';

/** The last lines of a log file, at most `lines`, read from at most the last 64 kB; empty when there is no file. */
export function lastLines(path: string, lines = 15): string {
  return readFrom(path, Math.max(0, fileSize(path) - 65_536))
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .join('\n');
}

/** The size of a file in bytes; 0 when there is none. */
export function fileSize(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

/** What was written to a file since it had `offset` bytes. */
export function readFrom(path: string, offset: number): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(file);
  }
}

/** Moves the log of the run before aside, as NAME.previous.log, so that a crash can still be looked into. */
export function setLogAside(path: string): void {
  if (existsSync(path)) renameSync(path, path.replace(/(\.log)?$/, '.previous.log'));
}
