const numbers = new Intl.NumberFormat('en');
const megabytes = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `1,234`. */
export function formatCount(count: number): string {
  return numbers.format(count);
}

/** `1 build`, `1,234 builds`. */
export function formatBuilds(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'build' : 'builds'}`;
}

/** Bytes as MB of 1024 × 1024 bytes, as Buildhub2 showed them: `61.5 MB`. */
export function formatSize(bytes: number): string {
  const size = bytes / 1024 ** 2;
  return bytes > 0 && size < 0.1 ? '< 0.1 MB' : `${megabytes.format(size)} MB`;
}

/** Seconds for people, in the two largest units: `1.5 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return join(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min');
  return join(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3_600), 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
