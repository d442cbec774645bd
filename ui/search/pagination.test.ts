import { expect, it } from 'vitest';
import { pagesAround } from './pagination.tsx';

it.each([
  [1, 9, [1, 2, 3, 4, 5]],
  [5, 9, [3, 4, 5, 6, 7]],
  [9, 9, [5, 6, 7, 8, 9]],
  [2, 3, [1, 2, 3]],
  [1, 1, [1]],
  [1, 0, []],
  [400, 9, [5, 6, 7, 8, 9]],
])('around page %i of %i are %j', (page, count, pages) => {
  expect(pagesAround(page, count)).toEqual(pages);
});
