import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../../config/config.ts';
import { checkSearch } from '../../search/check-search.ts';
import { buildFilter, filterQuery } from './build-filter.ts';

const read = (filter: Record<string, unknown>) => filterQuery(z.object(buildFilter).parse(filter));

it('takes whole days, of both dates', () => {
  expect(read({ from: '2026-01-01', to: '2026-01-31', built_to: '2026-01-15T12:00:00+01:00' })).toEqual({
    bool: {
      filter: [
        {
          range: {
            'download.date': { gte: '2026-01-01T00:00:00.000Z', lte: '2026-01-31T23:59:59.999Z' },
          },
        },
        { range: { 'build.date': { lte: '2026-01-15T11:00:00.000Z' } } },
      ],
    },
  });
});

it('never makes what the border would not let through', () => {
  const everything = read({
    q: '\'target.version:[60 TO 70] AND "x y"',
    product: ['a'],
    revision: ['b'],
    from: '2026-01-01',
    built_to: '2026-01-31',
  });
  expect(() => checkSearch({ query: everything }, loadConfig({}))).not.toThrow();
});
