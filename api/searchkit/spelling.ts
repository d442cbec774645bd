import type { SearchRequest as ElasticsearchRequest } from '@searchkit/api';
import { type MultiSearchContext, multiSearch } from './multi-search.ts';
import { type FacetField, facetFields } from './searchable-fields.ts';
import { fieldNamed, isRaw, wordQuery, wordsOf } from './word-query.ts';

/** Each is one more condition and up to six lookups, so a long text is not looked at to its end. */
const mostWords = 8;

/** Without versions: each is an edit or two from others, and a plain number is more often a build id. */
const plainFields = facetFields.filter((field) => field !== 'target.version');
/** Not among the fields that a plain word is searched in. */
const treeField: FacetField = 'source.tree';

/** A value that can stand in a search text without quotes, and means itself there. */
const plainValue = /^[\p{L}\p{N}][\p{L}\p{N}._-]{3,99}$/u;

/** A word of a search text that may be a value of a build in another spelling. */
export type SpellingWord = ReturnType<typeof spellingWords>[number];

/** The words whose spelling can be looked up: plain ones of four letters or more, and values of a facet's field. */
export function spellingWords(text: string) {
  if (isRaw(text)) return [];
  const words = wordsOf(text).flatMap((word, at) => {
    const [, lead = '', name, value = '', tail = ''] = /^(\(*)(?:([\w.]+):)?([^()]*)(\)*)$/.exec(word) ?? [];
    if (!plainValue.test(value)) return [];
    const prefix = name === undefined ? '' : `${name}:`;
    const prefixFor = (field: FacetField) => prefix || (field === treeField ? 'tree:' : '');
    return {
      /** Its place among the words of the text. */
      at,
      /** The part that may be misspelt. */
      value,
      /** The word as a search of its own, without the parentheses that it may begin or end with. */
      alone: prefix + value,
      /** Where it is looked up. */
      fields: name === undefined ? plainFields : facetFields.filter((field) => field === fieldNamed(name)),
      /** The whole word with another value of one of the fields. */
      with: (other: string, field: FacetField) => `${lead}${prefixFor(field)}${other}${tail}`,
    };
  });
  return words.filter(({ fields }) => fields.length > 0).slice(0, mostWords);
}

/** A word that no build has, and the values that it is closest to, the closest first. */
interface UnknownWord {
  readonly word: SpellingWord;
  /** Whole words that can take its place. */
  readonly others: readonly string[];
}

/** For each word. */
const mostOthers = 3;

/** Their values are in small letters. */
const lowerCaseFields: readonly FacetField[] = [
  'source.product',
  'target.channel',
  'target.platform',
  'target.os',
];

interface TermSuggestion {
  readonly options: readonly { readonly text: string; readonly score: number; readonly freq: number }[];
}

/**
 * Asks Elasticsearch, in one search, which of the words find no build at all and which values are an edit or two from
 * them (its term suggester, which counts two neighbours that changed places as one edit).
 */
export async function lookUpWords(
  context: MultiSearchContext,
  words: readonly SpellingWord[],
): Promise<UnknownWord[]> {
  const suggest = Object.fromEntries(
    words.flatMap(({ value, fields, at }) =>
      fields.map((field) => [
        nameOf(at, field),
        {
          text: lowerCaseFields.includes(field) ? value.toLowerCase() : value,
          term: { field, size: mostOthers, max_edits: 2, prefix_length: 0, min_word_length: 4 },
        },
      ]),
    ),
  );
  const filters = Object.fromEntries(words.map(({ at, alone }) => [at, wordQuery(alone)]));
  const body = { size: 0, query: { match_all: {} }, suggest, aggs: { words: { filters: { filters } } } };
  const [response] = await multiSearch(context, [{ body } as unknown as ElasticsearchRequest]);
  const { aggregations, suggest: suggested } = response as unknown as {
    aggregations?: { words: { buckets: Record<string, { doc_count: number }> } };
    suggest?: Record<string, readonly TermSuggestion[]>;
  };
  return words
    .filter(({ at }) => aggregations?.words.buckets[at]?.doc_count === 0)
    .map((word) => {
      const candidates = word.fields.flatMap((field) =>
        (suggested?.[nameOf(word.at, field)]?.[0]?.options ?? []).map((option) => ({ ...option, field })),
      );
      const others = candidates
        .filter(({ text }) => plainValue.test(text))
        .sort((one, other) => other.score - one.score || other.freq - one.freq)
        .map(({ text, field }) => word.with(text, field));
      return { word, others: [...new Set(others)].slice(0, mostOthers) };
    });
}

function nameOf(at: number, field: FacetField): string {
  return `${at} ${field}`;
}

/** Texts that are tried, altogether. */
const mostTexts = 9;

/**
 * A search text with its unknown words in the spellings that are closest to them, the most likely text first. Unknown
 * words without another spelling stay.
 */
export function nearestSpellings(text: string, unknown: readonly UnknownWord[]): string[] {
  let texts: readonly (readonly string[])[] = [wordsOf(text)];
  for (const { word, others } of unknown) {
    if (others.length === 0) continue;
    texts = others.flatMap((other) => texts.map((words) => words.with(word.at, other))).slice(0, mostTexts);
  }
  return unknown.some(({ others }) => others.length > 0) ? texts.map((words) => words.join(' ')) : [];
}
