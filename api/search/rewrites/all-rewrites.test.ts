import { describe, expect, it } from 'vitest';
import { fromPlain, type JsonObject, toPlain } from '../../../schema/json/json-value.ts';
import { walkSearch } from '../walk/walk-search.ts';
import { allRewrites } from './all-rewrites.ts';
import type { Rewrite } from './rewrite.ts';
import { aggregationCases } from './testing/aggregation-cases.ts';
import { memberCases } from './testing/member-cases.ts';
import { queryCases } from './testing/query-cases.ts';
import { agg, type Body, query } from './testing/rewrite-case.ts';

const cases = [...queryCases, ...aggregationCases, ...memberCases];

function apply(rewrite: Rewrite, sent: Body): unknown {
  const body = fromPlain(sent) as JsonObject;
  walkSearch(body, rewrite);
  return toPlain(body);
}

describe('rewrites', () => {
  it.each(cases.map(([rewrite, sent, passedOn]) => ({ rewrite, sent, passedOn })))(
    '$sent becomes $passedOn',
    ({ rewrite, sent, passedOn }) => {
      expect(apply(rewrite, sent)).toEqual(passedOn);
    },
  );

  it('leave alone what is not of the right shape, for Elasticsearch to refuse', () => {
    const odd = [
      null,
      5,
      'x',
      [],
      [[{}]],
      { x: null },
      { x: [null] },
      { bool: null },
      { range: { x: null } },
    ];
    const keys = ['query', 'post_filter', 'aggs', 'sort', '_source', 'suggest', 'rescore', 'collapse'];
    for (const rewrite of allRewrites) {
      for (const key of keys)
        for (const value of odd) expect(() => apply(rewrite, { [key]: value })).not.toThrow();
      for (const value of odd) {
        expect(() => apply(rewrite, agg(value))).not.toThrow();
        expect(() => apply(rewrite, agg({ composite: { sources: value } }))).not.toThrow();
        expect(() =>
          apply(rewrite, { suggest: { s: { phrase: { direct_generator: value } } } }),
        ).not.toThrow();
        expect(() => apply(rewrite, query({ function_score: { functions: value } }))).not.toThrow();
        expect(() => apply(rewrite, query({ common: { x: value } }))).not.toThrow();
      }
    }
  });

  it('each have a reason and at least one case here that changes something', () => {
    for (const rewrite of allRewrites) {
      expect(rewrite.reason.length).toBeGreaterThan(40);
      const changing = cases.filter(
        ([tested, sent, passedOn]) => tested === rewrite && JSON.stringify(sent) !== JSON.stringify(passedOn),
      );
      expect(changing.length, rewrite.reason).toBeGreaterThan(0);
    }
  });
});
