import { describe, expect, it } from 'vitest';
import { isTimedOut, searchAnswer, totalOf } from './search-answer.ts';

const answer = (
  json: string,
  search: { hasHits?: boolean; hitsHaveType?: boolean; mayEndEarly?: boolean } = {},
) =>
  Buffer.from(
    searchAnswer(Buffer.from(json), {
      index: 'buildhub2',
      search: { hasHits: true, hitsHaveType: true, mayEndEarly: false, ...search },
    }),
  ).toString();

describe('searchAnswer', () => {
  it('names the index as clients know it and adds the type', () => {
    expect(answer('{"hits":[{"_index":"buildhub2-000007","_id":"1","_score":1.0}]}')).toBe(
      '{"hits": [{"_index": "buildhub2", "_type": "doc", "_id": "1", "_score": 1.0}]}',
    );
  });

  it('adds no type where hits have none', () => {
    expect(answer('{"_index":"x-000001","_score":1.0}', { hitsHaveType: false })).toBe(
      '{"_index": "buildhub2", "_score": 1.0}',
    );
  });

  it('says that a search ended early only if it could', () => {
    const json = '{"timed_out":false,"terminated_early":false,"_shards":{}}';
    expect(answer(json)).toBe('{"timed_out": false, "_shards": {}}');
    expect(answer(json, { mayEndEarly: true })).toContain('"terminated_early": false');
    expect(answer('{"terminated_early":true,"_shards":{}}')).toContain('"terminated_early": true');
  });

  it('leaves an aggregation named _index alone', () => {
    expect(answer('{"aggregations":{"_index":{"value":1}}}')).toBe(
      '{"aggregations": {"_index": {"value": 1}}}',
    );
  });

  it('leaves text that looks like a member alone', () => {
    const text = String.raw`{"a":"\"_index\":\"x\""}`;
    expect(answer(text)).toBe(String.raw`{"a": "\"_index\":\"x\""}`);
  });

  it('leaves _ignored out, wherever it stands', () => {
    expect(answer('{"_id":"1","_ignored":["build.cc.keyword","build.as.keyword"],"_source":{}}')).toBe(
      '{"_id": "1", "_source": {}}',
    );
    expect(answer('{"_id":"1","_ignored":["build.cc.keyword"]}')).toBe('{"_id": "1"}');
  });

  it('has 0.0 as the best score of a search for no hits, and leaves other nulls', () => {
    const json = '{"hits":{"total":1,"max_score":null,"hits":[]},"x":{"max_score":null}}';
    expect(answer(json, { hasHits: false })).toContain('"total": 1, "max_score": 0.0');
    expect(answer(json, { hasHits: false })).toContain('"x": {"max_score": null}');
    expect(answer(json, { hasHits: true })).toContain('"total": 1, "max_score": null');
  });

  it.each([
    ['{"took":10001,"timed_out":true,"_shards":{}}', true],
    ['{"took":3,"timed_out":false,"_shards":{}}', false],
    ['{"took":3,"timed_out":false,"hits":{"hits":[{"_source":{"took":3,"timed_out":true}}]}}', false],
    ['', false],
  ])('tells whether %s ran out of time', (json, isLate) => {
    expect(isTimedOut(Buffer.from(json))).toBe(isLate);
  });

  it('finds the total', () => {
    expect(totalOf(Buffer.from('{"took":1,"_shards":{"total":5},"hits":{"total":1769,"max_score":1}}'))).toBe(
      1769,
    );
    expect(totalOf(Buffer.from('{}'))).toBeUndefined();
  });
});
