import { wordFields } from './searchable-fields.ts';

/** Names that people may write before a colon instead of the whole path of the field. */
const shortNames: Readonly<Record<string, string>> = {
  product: 'source.product',
  repository: 'source.repository',
  tree: 'source.tree',
  revision: 'source.revision',
  version: 'target.version',
  channel: 'target.channel',
  platform: 'target.platform',
  locale: 'target.locale',
  os: 'target.os',
  buildid: 'build.id',
  url: 'download.url',
  size: 'download.size',
};

/** A word, with quoted phrases and bracketed ranges kept in one piece. */
const wordPattern = /(?:"[^"]*"|[[{][^[\]{}]*[\]}]|\S)+/g;
const operators = new Set(['AND', 'OR', 'NOT', '&&', '||', '!']);

/**
 * The query of a search text, as Buildhub2 understood it (contract, section 9): words are prefixes that must all be
 * there, in any of the fields, and capitals in them do no harm; `field:value` looks in one field; after a `'` the rest is
 * Elasticsearch's query string as it is. Beyond Buildhub2, all of which found nothing or failed there: AND, OR and NOT
 * between words, quoted phrases and ranges in one piece, short names of fields, revisions, whole URLs.
 *
 * @returns undefined for a text without words, which finds everything
 */
export function wordQuery(text: string) {
  const query = isRaw(text) ? text.trim().slice(1).trim() : wordsOf(text).map(prefixOf).join(' ');
  if (query === '') return undefined;
  return {
    query_string: { query, fields: wordFields, default_operator: 'AND', phrase_slop: 1, lenient: true },
  };
}

/** Whether a search text is Elasticsearch's query string as it is. */
export function isRaw(text: string): boolean {
  return text.trim().startsWith("'");
}

/** The words of a search text that is not raw, operators among them. */
export function wordsOf(text: string): readonly string[] {
  return text.match(wordPattern) ?? [];
}

/** The path of a field that is written in front of a colon, by its short name or by its path. */
export function fieldNamed(name: string): string {
  return Object.hasOwn(shortNames, name) ? (shortNames[name] ?? name) : name;
}

function prefixOf(word: string): string {
  if (operators.has(word)) return word;
  if (/^https?:\/\/[^"]+$/.test(word)) return `download.url:"${word.replaceAll('\\', '\\\\')}"`;
  const [, lead = '', name, rest = ''] = /^([-+!(]*)(?:([\w.]+):)?(.*)$/s.exec(word) ?? [];
  // A slash starts a regular expression, which only a raw query may hold.
  const slashed = rest.replaceAll('/', '\\/');
  // A colon belongs to the value, unless it is in a group, a phrase or a range.
  const value = /["()[\]{}]/.test(slashed) ? slashed : slashed.replace(/(?<!\\):/g, '\\:');
  if (name !== undefined) {
    const field = fieldNamed(name);
    return `${lead}${field}:${anyOf(spellings(value, field))}`;
  }
  const revisions = /^[0-9a-f]{6,40}$/i.test(value) ? [`source.revision:${value.toLowerCase()}*`] : [];
  return lead + anyOf([...spellings(value), ...revisions]);
}

/**
 * A word as it is written, without its capitals, and as a locale: hardly any other value has capitals, and Buildhub2's
 * analyser took them out of what was asked.
 */
function spellings(value: string, field = ''): string[] {
  const locale = value.replace(/^([a-z]{2,3}-)([a-z]{2})$/i, (_, language: string, region: string) => {
    return language.toLowerCase() + region.toUpperCase();
  });
  const all = /^[\w.-]+$/.test(value) ? [value, value.toLowerCase(), locale] : [value];
  return [...new Set(all.map((spelling) => withStar(spelling, field)))];
}

function anyOf(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? alternatives.join() : `(${alternatives.join(' OR ')})`;
}

/** Dates, numbers, phrases, ranges and groups have no prefix. */
function withStar(value: string, field = ''): string {
  const takesPrefix = /[\p{L}\p{N}._-]$/u.test(value) && !/\.(date|size|number)$/.test(field);
  const isComparison = /^[<>]/.test(value);
  return takesPrefix && !isComparison ? `${value}*` : value;
}
