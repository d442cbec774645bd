/** Up to five pages around one, counted from 1: of 9 pages around 5 those from 3 to 7, around 1 those from 1 to 5. */
export function pagesAround(page: number, count: number): number[] {
  const length = Math.min(5, count);
  const first = Math.max(1, Math.min(page - 2, count - length + 1));
  return Array.from({ length }, (_, at) => first + at);
}
