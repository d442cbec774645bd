import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';

/** How a reason of Elasticsearch 9 was put by 6, where clients have seen it. */
const wordings: readonly { readonly now: RegExp; readonly before: string }[] = [
  {
    now: /^Fielddata is disabled on \[(.+?)\] in \[.+?\]\. Text fields are not optimised .*$/s,
    before:
      'Fielddata is disabled on text fields by default. Set fielddata=true on [$1] in order to load fielddata in memory by uninverting the inverted index. Note that this can however use significant memory. Alternatively use a keyword field instead.',
  },
  {
    // The reason is said twice now.
    now: /^(failed to parse date field \[.*?\] with format \[[^\]]*\]): \[.*\]$/s,
    before: '$1',
  },
];

/**
 * An error of Elasticsearch 9 as Elasticsearch 6 would have put it, where clients can tell, and with the name of the
 * index that they know.
 */
export function asElasticsearch6(body: JsonObject, index: string): JsonObject {
  const numbered = new RegExp(`\\[${index.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}-\\d+\\]`, 'g');
  const reword = (text: string) =>
    wordings
      .reduce((reworded, { now, before }) => reworded.replace(now, before), text)
      .replace(numbered, `[${index}]`);
  const members = (object: JsonObject): JsonObject =>
    new Map([...object].map(([key, value]) => [key, member(key, value)]));
  const member = (key: string, value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      if (key === 'index') return index;
      return key === 'reason' ? reword(value) : value;
    }
    if (Array.isArray(value)) return value.map((item) => member(key, item));
    return value instanceof Map ? members(value) : value;
  };
  return members(body);
}
