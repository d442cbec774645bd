import { expect, it } from 'vitest';
import { compareVersions } from './facets.ts';

it('puts the newest version first', () => {
  const newestFirst = [
    '148.0a1',
    '147.0.1',
    '147.0',
    '147.0b14',
    '147.0b4',
    '147.0a1',
    '140.8.0esr',
    '61.0',
    '9.0',
    '',
  ];
  expect(newestFirst.toReversed().sort(compareVersions)).toEqual(newestFirst);
});
