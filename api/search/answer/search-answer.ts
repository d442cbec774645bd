import { PythonStyleWriter } from '../../json/python-style-writer.ts';
import type { TranslatedSearch } from '../translate-search.ts';
import { ignoredFields, indexAndType, maxScoreWithoutHits, notTerminatedEarly } from './hit-members.ts';

/**
 * The answer of a search as a client of Elasticsearch 6 knows it, in Python's JSON style.
 *
 * @param body what Elasticsearch 9 answered, in which `hits.total` is an integer already (`rest_total_hits_as_int`)
 * @param options.index the name of the index as clients know it
 * @param options.search what was asked
 */
export function searchAnswer(
  body: Uint8Array,
  options: { index: string; search: Pick<TranslatedSearch, 'hasHits' | 'hitsHaveType' | 'mayEndEarly'> },
): Uint8Array<ArrayBuffer> {
  const { hasHits, hitsHaveType, mayEndEarly } = options.search;
  const rewrites = new Map([
    ['_index', indexAndType(options.index, hitsHaveType ? 'doc' : undefined)],
    ['_ignored', ignoredFields],
  ]);
  if (!mayEndEarly) rewrites.set('terminated_early', notTerminatedEarly);
  if (!hasHits) rewrites.set('max_score', maxScoreWithoutHits());
  return new PythonStyleWriter(body, rewrites).write();
}

/** Whether Elasticsearch ran out of time and answered with what it had, read from its first bytes. */
export function isTimedOut(body: Uint8Array): boolean {
  return /^\{"took":\d+,"timed_out":true\b/.test(startOf(body));
}

/** `hits.total` of an answer, read from its first bytes; undefined where it is not there. */
export function totalOf(body: Uint8Array): number | undefined {
  const match = /"hits":\{"total":(-?\d+)/.exec(startOf(body));
  return match ? Number(match[1]) : undefined;
}

function startOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 1024)).toString('latin1');
}
