import { readDateutilDate } from './dateutil-date.ts';
import { isElasticsearchDate } from './elasticsearch-date.ts';

/**
 * `YYYYMMDD`, also with `hhmm` or `hhmmss`: for Elasticsearch these are milliseconds, of a day in 1970 or beyond 2600.
 * PostgreSQL reads the pattern as JavaScript does.
 */
export const compactDate = /^\d{8}(?:\d{4}(?:\d\d)?)?$/;

/**
 * A published date as it goes into the search document, so that Elasticsearch reads of it what Buildhub2's live insert
 * did. That is the date as published wherever Elasticsearch reads it by itself, and else what dateutil makes of it:
 * `2018-11-02 10:21:26` is `2018-11-02T10:21:26`.
 *
 * Where the two disagree, and one of them had to give way: a year or a month alone begins on its first day, as in
 * Elasticsearch, since for dateutil it was the day and month of today; and milliseconds since 1970 are read, which
 * Buildhub2 took in by a reindex only.
 *
 * @returns undefined for what can be read by neither
 */
export function searchableDate(published: string): string | undefined {
  if (!compactDate.test(published) && isElasticsearchDate(published)) return published;
  return readDateutilDate(published) ?? (isElasticsearchDate(published) ? published : undefined);
}
