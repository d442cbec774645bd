import { expect, test } from 'vitest';
import { rangeSizeOf } from './compare-index.ts';

test('ranges are so large that a large table beside a small index has no more than a thousand', () => {
  expect(rangeSizeOf({ documents: 0, rows: 43_000_000 })).toBe(43_000);
  expect(rangeSizeOf({ documents: 43_000_000, rows: 5 })).toBe(43_000);
});
