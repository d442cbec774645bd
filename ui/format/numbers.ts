const numbers = new Intl.NumberFormat('en');

/** `1,234`. */
export function formatCount(count: number): string {
  return numbers.format(count);
}

/** `1 build`, `1,234 builds`. */
export function formatBuilds(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'build' : 'builds'}`;
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes for people as Buildhub2 showed them, in steps of 1024: `61.52 MB`, `0 B`. */
export function formatSize(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** step).toFixed(2))} ${units[step]}`;
}

/** Milliseconds for people: `0.5 ms`, `930 ms`, `12.1 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
