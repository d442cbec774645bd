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
  {
    now: /^(\[\d+:\d+\] \[\w+\] unknown field \[.*?\])( did you mean .*)?$/s,
    before: '$1, parser not found',
  },
  {
    now: /^Can only use (prefix|wildcard) queries on keyword, text and wildcard fields/,
    before: 'Can only use $1 queries on keyword and text fields',
  },
  {
    now: /^Field \[(.+)\] of type \[(keyword|text)\] is not supported for aggregation \[\w+\]$/s,
    before: 'Expected numeric type on field [$1], but got [$2]',
  },
  {
    now: /^(Invalid format: \[.*\]: )?Unknown pattern letter: (.)/s,
    before: '$1Illegal pattern component: $2',
  },
  {
    now: /^java\.time\.zone\.ZoneRulesException: Unknown time-zone ID: (.*)$/s,
    before: "The datetime zone id '$1' is not recognised",
  },
  {
    now: /^cannot parse empty datetime$/,
    before: 'failed to parse date field [] with format [strict_date_optional_time||epoch_millis]',
  },
  {
    now: /^Expected one of \[VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT\] but found/,
    before: 'Expected one of [VALUE_BOOLEAN, START_OBJECT] but found',
  },
  { now: /^failed to find geo field /, before: 'failed to find geo_point field ' },
];

/** Reasons that 6 gave with a status of its own fault, so that clients were told them as a text. */
const texts: readonly { readonly now: RegExp; readonly before: string }[] = [
  { now: /^(Rescore window \[.*)$/s, before: '$1' },
  { now: /^(Cannot use \[sort\] option in conjunction with \[rescore\]\.)$/, before: '$1' },
  { now: /^(no mapping found for `.*` in order to collapse on)$/s, before: '$1' },
  {
    now: /^collapse is not supported for the field \[(.*)\] of the type \[.*\]$/s,
    before: 'unknown type for collapse field `$1`, only keywords and numbers are accepted',
  },
  {
    now: /^(Aggregation \[.*\] cannot support regular expression style include\/exclude .*)$/s,
    before: '$1',
  },
  {
    now: /^Invalid aggregation order path \[(.*)\]\. Cannot find aggregation named \[(.*)\]$/s,
    before: 'Invalid aggregator order path [$1]. Unknown aggregation [$2]',
  },
  { now: /^(Invalid aggregation order path \[.*)$/s, before: '$1' },
  {
    now: /^Validation Failed: 1: \[from\] parameter must be set to 0 when \[search_after\] is used;$/,
    before: '`from` parameter must be set to 0 when `search_after` is used.',
  },
  { now: /^Expected text at (\d+:\d+) but found (\w+)$/, before: "Can't get text on a $2 at $1" },
  {
    now: /^Required one of fields \[field, script\], but none were specified\. *$/,
    before:
      'value source config is invalid; must have either a field context or a script or marked as unwrapped',
  },
];

/**
 * The text that a client was told for a reason of Elasticsearch 9, where Elasticsearch 6 took the fault for its own
 * and not for one of the request; undefined for all others.
 */
export function textOfElasticsearch6(reason: string): string | undefined {
  const known = texts.find(({ now }) => now.test(reason));
  return known && reason.replace(known.now, known.before);
}

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
