const numbers = new Intl.NumberFormat('en');

/** `1,234`. */
export function formatCount(count: number): string {
  return numbers.format(count);
}

/** `1 build`, `1,234 builds`. */
export function formatBuilds(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'build' : 'builds'}`;
}
