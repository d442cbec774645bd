const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes for people as Buildhub2 showed them, in steps of 1024: `61.52 MB`, `0 B`. */
export function formatSize(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** step).toFixed(2))} ${units[step]}`;
}
