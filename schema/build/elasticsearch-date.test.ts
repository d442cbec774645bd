import { describe, expect, it } from 'vitest';
import { isElasticsearchDate } from './elasticsearch-date.ts';
// Each of these texts was indexed into a real Elasticsearch 9.5.3.
import vectors from './elasticsearch-date.vectors.json' with { type: 'json' };

/** Zones that Elasticsearch looks up in its own tables, which we leave alone on purpose. */
const NAMED_ZONE = /T.*(?:(?:UTC|GMT|UT)[-+0-9].*|Zulu|CET|EST5EDT|[A-Z][A-Za-z]+\/[A-Za-z_0-9]+)$/;

describe('isElasticsearchDate', () => {
  it('takes nothing that Elasticsearch refuses', () => {
    expect(vectors.refused.length).toBeGreaterThan(300);
    expect(vectors.refused.filter(isElasticsearchDate)).toEqual([]);
  });

  it('takes all that Elasticsearch takes, but for zones by name', () => {
    expect(vectors.parsed.length).toBeGreaterThan(200);
    const missed = vectors.parsed.filter((text) => !isElasticsearchDate(text));
    expect(missed.filter((text) => !NAMED_ZONE.test(text))).toEqual([]);
  });

  it.each(['2018-05-10T16:07:05Z', '2019-06-03T20:49:46.559307+00:00'])(
    'takes a published date: %s',
    (text) => {
      expect(isElasticsearchDate(text)).toBe(true);
    },
  );
});
