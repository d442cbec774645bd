import type { Client } from '@elastic/elasticsearch';
import type { SearchRequest as ElasticsearchRequest } from '@searchkit/api';
import { type MultiSearchOptions, multiSearch } from '../multi-search.ts';
import type { FacetField } from '../searchable-fields.ts';
import { wordQuery } from '../word-query.ts';
import { isPlainValue, type SpellingWord } from './spelling-words.ts';

/** A word that no build has, and the values that it is closest to, the closest first. */
export interface UnknownWord {
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
  client: Client,
  words: readonly SpellingWord[],
  options: MultiSearchOptions,
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
  const [answer] = await multiSearch(client, [{ body } as unknown as ElasticsearchRequest], options);
  const { aggregations, suggest: suggested } = answer as unknown as {
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
        .filter(({ text }) => isPlainValue(text))
        .sort((one, other) => other.score - one.score || other.freq - one.freq)
        .map(({ text, field }) => word.with(text, field));
      return { word, others: [...new Set(others)].slice(0, mostOthers) };
    });
}

function nameOf(at: number, field: FacetField): string {
  return `${at} ${field}`;
}
