import { expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { toExportSearch } from './export-routes.ts';

const search = (request: unknown) => toExportSearch(structuredClone(request), loadConfig({}));

it('an export leaves out what is about one page or beside the hits, however wrong it is', () => {
  const request = {
    query: { term: { 'target.channel': 'beta' } },
    post_filter: { term: { 'source.product': 'firefox' } },
    sort: [{ 'download.date': 'desc' }],
    _source: ['build.id'],
    min_score: 1,
    size: 5_000,
    from: 20_000,
    search_after: [1],
    aggs: { all: { terms: { field: 'target.channel' } } },
    highlight: { fields: { 'target.channel': {} } },
    suggest: { text: 'x' },
    track_total_hits: false,
  };
  const { query, post_filter, sort, _source, min_score } = request;
  expect(search(request)).toEqual({ query, post_filter, sort, _source, min_score, timeout: '10000ms' });
});

it.each([
  ...[[], {}, [{}], null].map((none) => [none, ['_shard_doc']]),
  ['build.id', ['build.id']],
  [
    [{ 'download.date': { order: 'desc', format: 'yyyy' } }, 'build.id'],
    [{ 'download.date': { order: 'desc' } }, 'build.id'],
  ],
])('an export in the order %j can continue from every build', (sort, expected) => {
  expect(search({ sort }).sort).toEqual(expected);
});
