import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../schema/json/json-value.ts';
import { errorAnswer } from './error-answer.ts';

const answer = (status: number, body: unknown) => errorAnswer(status, JSON.stringify(body), 'buildhub2');
const error = (reason: string) => ({ error: { root_cause: [{ type: 't', reason }], type: 't', reason } });

describe('errorAnswer', () => {
  it('passes a 400 on as it is', () => {
    const refusal = answer(400, { ...error('field name is null or empty'), status: 400 });
    expect(toPlain(refusal?.body ?? null)).toEqual({ ...error('field name is null or empty'), status: 400 });
    expect(refusal?.status).toBe(400);
  });

  it('makes a text and a 400 of the cause of any other error', () => {
    const refusal = answer(404, { ...error('no such index [buildhub2]'), status: 404 });
    expect(toPlain(refusal?.body ?? null)).toEqual({ error: 'no such index [buildhub2]' });
    expect(refusal?.status).toBe(400);
  });

  it('finds the reason that is further inside', () => {
    const body = {
      error: { root_cause: [], reason: '', caused_by: { reason: 'Trying to create too many' } },
    };
    expect(toPlain(answer(400, body)?.body ?? null)).toEqual({ error: 'Trying to create too many' });
  });

  it.each([
    [
      'Invalid aggregation order path [nope]. Cannot find aggregation named [nope]',
      'Invalid aggregator order path [nope]. Unknown aggregation [nope]',
    ],
    [
      'Cannot use [sort] option in conjunction with [rescore].',
      'Cannot use [sort] option in conjunction with [rescore].',
    ],
    [
      'Validation Failed: 1: [from] parameter must be set to 0 when [search_after] is used;',
      '`from` parameter must be set to 0 when `search_after` is used.',
    ],
    ['Expected text at 1:31 but found START_ARRAY', "Can't get text on a START_ARRAY at 1:31"],
    [
      'Required one of fields [field, script], but none were specified. ',
      'value source config is invalid; must have either a field context or a script or marked as unwrapped',
    ],
  ])('makes a text of %s, which was a fault of its own to Elasticsearch 6', (now, before) => {
    expect(toPlain(answer(400, error(now))?.body ?? null)).toEqual({ error: before });
  });

  it('has no answer where there is no cause', () => {
    expect(answer(500, { error: { root_cause: [] }, status: 500 })).toBeUndefined();
    expect(answer(500, {})).toBeUndefined();
    expect(errorAnswer(500, 'Internal Server Error', 'x')).toBeUndefined();
  });

  it.each([
    [
      'Fielddata is disabled on [build.cc] in [buildhub2-000001]. Text fields are not optimised for operations that ...',
      'Fielddata is disabled on text fields by default. Set fielddata=true on [build.cc] in order to load fielddata in memory by uninverting the inverted index. Note that this can however use significant memory. Alternatively use a keyword field instead.',
    ],
    [
      'failed to parse date field [a] with format [x||y]: [failed to parse date field [a] with format [x||y]]',
      'failed to parse date field [a] with format [x||y]',
    ],
    [
      '[1:19] [terms] unknown field [foo] did you mean [field]?',
      '[1:19] [terms] unknown field [foo], parser not found',
    ],
    ['[1:19] [avg] unknown field [foo]', '[1:19] [avg] unknown field [foo], parser not found'],
    [
      'Can only use prefix queries on keyword, text and wildcard fields - not on [build.date] which is of type [date]',
      'Can only use prefix queries on keyword and text fields - not on [build.date] which is of type [date]',
    ],
    [
      'Field [target.os] of type [keyword] is not supported for aggregation [avg]',
      'Expected numeric type on field [target.os], but got [keyword]',
    ],
    [
      'Invalid format: [foo]: Unknown pattern letter: f',
      'Invalid format: [foo]: Illegal pattern component: f',
    ],
    [
      'java.time.zone.ZoneRulesException: Unknown time-zone ID: nowhere',
      "The datetime zone id 'nowhere' is not recognised",
    ],
    ['something in [buildhub2-000012]', 'something in [buildhub2]'],
    ['something else in [buildhub2x]', 'something else in [buildhub2x]'],
  ])('words %s as Elasticsearch 6 did', (now, before) => {
    expect(toPlain(answer(400, error(now))?.body ?? null)).toEqual(error(before));
  });

  it('names the index as clients know it', () => {
    const body = { error: { failed_shards: [{ index: 'buildhub2-000001' }] } };
    expect(toPlain(answer(400, body)?.body ?? null)).toEqual({
      error: { failed_shards: [{ index: 'buildhub2' }] },
    });
  });
});
