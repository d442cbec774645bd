import { createServer } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { beforeAll, describe, expect, it } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { listenHere } from '../../tests/fixture/listen-here.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';

const sandbox = forAllTests(createApiSandbox);

describe('a fault of a search', () => {
  it('of an index that is missing or closed is a 503 that says when to come back', async () => {
    const index = `${sandbox.index}-elsewhere`;
    const app = sandbox.createApp({ ELASTICSEARCH_INDEX: index });
    const search = async () => {
      const responses = await Promise.all([
        app.request('/api/search'),
        app.request('/api/latest?product=firefox'),
        app.request('/api/export'),
        app.request('/api/searchkit', { method: 'POST', body: JSON.stringify([{ indexName: 'builds' }]) }),
      ]);
      return responses.map(({ status, headers }) => `${status} ${headers.get('Retry-After')}`);
    };
    expect(await search()).toEqual(Array(4).fill('503 5'));
    await sandbox.elasticsearch.indices.create({ index, wait_for_active_shards: 1 });
    await sandbox.elasticsearch.indices.close({ index });
    expect(await search()).toEqual(Array(4).fill('503 5'));
    await sandbox.elasticsearch.indices.delete({ index });
  });

  it('of a search with too many buckets is a 400 that says so', async () => {
    const a = {
      histogram: { field: 'download.size', interval: 0.0001, extended_bounds: { min: 0, max: 1e9 } },
    };
    const response = await sandbox.search({ size: 0, aggs: { a } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { caused_by: { type: 'too_many_buckets_exception' } },
    });
  });

  it('of a search that takes too long is a 503 that says when to come back', async () => {
    // An Elasticsearch that is frozen: it takes connections and says nothing.
    await using frozen = await listenHere(createServer());
    const elasticsearch = new Client({ node: frozen.url, maxRetries: 0 });
    const app = sandbox.createApp({ SEARCH_TIME_LIMIT_SECONDS: 0.1 }, { elasticsearch });
    const response = await app.request('/api/search');
    await elasticsearch.close();
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('10');
  });
});

describe('a search of a program for Elasticsearch 6', () => {
  const date = '2018-12-31T10:00:00Z';
  const build = (version: string, dates: object) =>
    JSON.stringify({
      build: { id: '20181231100000', target: 'x86_64-linux', ...dates },
      source: { product: 'fennec', tree: 'mozilla-beta' },
      target: { platform: 'linux', os: 'linux', locale: 'de', version, channel: 'beta' },
      download: { url: `https://x.org/${version}`, mimetype: 'x', size: Number(version), date },
    });
  beforeAll(() => sandbox.add([build('1', { date }), build('2.0', {}), build('3', {})]));

  it.each<[body: string, inResponse: string]>([
    // What Elasticsearch sorts a build without a date by; the second is the last one that was seen.
    [
      '{"sort": [{"build.date": "desc"}, "target.version"], "search_after": [-9223372036854775808, "2.0"], "size": 1}',
      '"version":"3"',
    ],
    [
      '{"sort": [{"build.date": "asc"}, "target.version"], "search_after": [9223372036854775807, "2.0"], "size": 1}',
      '"version":"3"',
    ],
    ['{"query": {"range": {"download.size": {"lt": 9223372036854775807}}}}', '"total":3'],
    [
      '{"size": 1.0, "from": 0.0, "query": {"terms": {"target.version": [2.0]}}, "aggs": {"a": {"terms": {"field": "id", "size": 5.0, "min_doc_count": 1.0}}}}',
      '"total":1,',
    ],
    [
      '{"query": {"match": {"target.version": {"query": 2.0, "fuzziness": 1.0, "max_expansions": 9.0}}}}',
      '"total":1,',
    ],
    [
      '{"_source": {"include": ["target.*"], "exclude": "target.os"}}',
      '"_source":{"target":{"platform":"linux","locale":"de",',
    ],
    [
      '{"size": 0, "aggs": {"a": {"top_hits": {"size": 1, "_source": {"include": "target.version"}}}}}',
      '"_source":{"target":{"version":"1"}}',
    ],
    [
      '{"query": {"range": {"download.size": {"from": 1, "to": null, "include_lower": false, "include_upper": true, "boost": 1}}}}',
      '"total":2',
    ],
    [
      '{"query": {"range": {"download.size": {"from": null, "to": "3", "include_upper": false}}}}',
      '"total":2',
    ],
    ['{"query": {"bool": {"must": [{"match_phrase_prefix": {"source.product": "fen"}}]}}}', '"total":3'],
    [
      '{"query": {"match_phrase_prefix": {"build.target.keyword": {"query": "x86_64-l", "slop": 0}}}}',
      '"total":3',
    ],
    ['{"query": {"match_phrase_prefix": {"build.target": "x86_64 li"}}}', '"total":3'],
    // In the last week of 2018, which for java.time belongs to 2019.
    [
      '{"aggs": {"a": {"date_histogram": {"field": "download.date", "interval": "day", "format": "YYYY-MM-dd"}}}}',
      '"key_as_string":"2018-12-31"',
    ],
    [
      '{"aggs": {"a": {"composite": {"sources": [{"d": {"date_histogram": {"field": "download.date", "interval": "1d", "format": "YYYY-MM-dd"}}}]}}}}',
      '"key":{"d":"2018-12-31"}',
    ],
    [
      '{"query": {"range": {"download.date": {"gte": "2018", "lte": "20181231", "format": "dateOptionalTime||basicDate"}}}}',
      '"total":3',
    ],
    [
      `{"query": {"range": {"download.date": {"gte": "2018-12-31T10:00:00Z", "lte": "2018-12-31T11:00:00+01:00", "format": "YYYY-MM-dd'T'HH:mm:ssZ"}}}}`,
      '"total":3',
    ],
    [
      `{"aggs": {"a": {"date_histogram": {"field": "download.date", "interval": "day", "format": "xxxx-'W'ww HH:mmZZ"}}}}`,
      '"key_as_string":"2019-W01 00:00+00:00"',
    ],
    [
      '{"docvalue_fields": [{"field": "download.date", "format": "use_field_mapping"}, {"field": "build.date", "format": "epochMillis"}]}',
      '"build.date":["1546250400000"],"download.date":["2018-12-31T10:00:00.000Z"]',
    ],
    [
      '{"aggs": {"a": {"date_range": {"field": "download.date", "format": "yearMonthDay", "ranges": [{"from": "2018-12-31"}]}}}}',
      '"from_as_string":"2018-12-31"',
    ],
    [
      '{"query": {"bool": {"must": [{"ids": {"type": "doc", "values": ["1"]}}], "disable_coord": false, "adjust_pure_negative": true}}}',
      '"total":1',
    ],
    [
      '{"query": {"regexp": {"source.product": {"value": "fen.*", "flags_value": 65535, "max_determinized_states": 10000, "rewrite": "constant_score"}}}}',
      '"total":3',
    ],
    [
      '{"query": {"match": {"source.product": {"query": "fennec", "auto_generate_synonyms_phrase_query": true}}}}',
      '"total":3',
    ],
    [
      '{"query": {"range": {"target.version": {"gte": "1", "relation": "within"}}}, "indices_boost": {"INDEX": 2}}',
      '"total":3',
    ],
    [
      '{"query": {"term": {"build.target": "linux"}}, "highlight": {"boundary_scanner": "word", "boundary_scanner_locale": "en", "fields": {"build.target": {}}}}',
      '<em>linux</em>',
    ],
    [
      '{"query": {"range": {"download.date": {"gte": "2018-12-1", "lt": "2019-1-1", "format": "yyyy-MM-dd"}}}}',
      '"total":3',
    ],
    [
      '{"query": {"range": {"download.date": {"gte": 1546250399999.5, "lte": 1546250400000.5}}}}',
      '"total":3',
    ],
    [
      '{"query": {"multi_match": {"query": "fennec", "fields": ["source.*"], "use_dis_max": true}}}',
      '"total":3',
    ],
    // As Kibana asks for rows, and for the five values with the most of another.
    [
      '{"version": true, "size": 500, "sort": [{"build.date": {"order": "desc", "unmapped_type": "boolean"}}], "_source": {"excludes": []}, "stored_fields": ["*"], "script_fields": {}, "docvalue_fields": ["build.date"], "query": {"bool": {"must": [{"match_all": {}}], "filter": [], "should": [], "must_not": []}}, "highlight": {"pre_tags": ["@kibana-highlighted-field@"], "post_tags": ["@/kibana-highlighted-field@"], "fields": {"*": {}}, "fragment_size": 2147483647}}',
      '"total":3',
    ],
    [
      '{"size": 0, "aggs": {"2": {"terms": {"field": "target.version", "size": 5, "order": {"1": "desc"}}, "aggs": {"1": {"cardinality": {"field": "build.id"}}}}}}',
      '"doc_count":1,"1":{"value":1}',
    ],
  ])('%s', async (body, inResponse) => {
    const response = await sandbox.app.request('/api/search', {
      method: 'POST',
      body: body.replace('INDEX', sandbox.index),
    });
    expect(await response.text()).toContain(inResponse);
  });
});
