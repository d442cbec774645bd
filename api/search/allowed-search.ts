import { aggregations } from './allowed-aggregations.ts';
import { highlight, hitOptions } from './allowed-hits.ts';
import { field, query } from './allowed-queries.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  list,
  named,
  notAllowed,
  object,
  objectOr,
  oneOrMany,
  type RequestObject,
  type Rule,
  scalar,
  text,
  upTo,
} from './search-walk.ts';

/*
 * The table of everything that a search may have, with `allowed-queries.ts`, `allowed-hits.ts` and
 * `allowed-aggregations.ts`. What is not in it is refused, with its place. A line says which members an object may have and
 * which rule checks each; limits that add up over a search are in `request-budget.ts`.
 */

const suggestText = text(searchLimits.suggestTextLength);
const candidates = {
  field,
  size: upTo(searchLimits.suggestions),
  suggest_mode: scalar,
  sort: scalar,
  analyzer: scalar,
  max_edits: scalar,
  prefix_length: scalar,
  min_word_length: scalar,
  min_doc_freq: scalar,
  max_term_freq: scalar,
  max_inspections: upTo(searchLimits.suggestions),
  string_distance: scalar,
};
const suggester = object({
  text: suggestText,
  term: object(
    { ...candidates, text: suggestText, shard_size: upTo(searchLimits.suggestions) },
    changes.allFieldSuggester,
  ),
  phrase: object(
    {
      field,
      text: suggestText,
      analyzer: scalar,
      size: upTo(searchLimits.suggestions),
      shard_size: upTo(searchLimits.suggestions),
      gram_size: upTo(searchLimits.suggestWords),
      max_errors: upTo(searchLimits.suggestWords),
      real_word_error_likelihood: scalar,
      confidence: scalar,
      separator: scalar,
      highlight: object({ pre_tag: scalar, post_tag: scalar }),
      direct_generator: list(object(candidates, changes.allFieldSuggester), searchLimits.suggesters),
    },
    changes.allFieldSuggester,
  ),
});
const suggest: Rule = (value, walk) => {
  const suggesterOrText: Rule = objectOr(suggester, suggestText);
  named(suggesterOrText, searchLimits.suggesters + 1)(value, walk);
};

const indexName: Rule = (value, walk) => {
  for (const name of Object.keys(value as RequestObject)) if (name !== walk.index) notAllowed(value, walk);
};

/** The body of a search. */
export const search = object(
  {
    query: (value, walk) => query(value, walk),
    post_filter: (value, walk) => query(value, walk),
    aggs: aggregations,
    aggregations,
    ...hitOptions,
    size: scalar,
    highlight,
    suggest,
    timeout: scalar,
    terminate_after: scalar,
    min_score: scalar,
    profile: scalar,
    track_total_hits: scalar,
    search_after: list(scalar, searchLimits.fields),
    collapse: object({ field }),
    rescore: oneOrMany(
      object({
        window_size: upTo(searchLimits.resultWindow),
        query: object({
          rescore_query: (value, walk) => query(value, walk),
          query_weight: scalar,
          rescore_query_weight: scalar,
          score_mode: scalar,
        }),
      }),
      10,
    ),
    indices_boost: list((value, walk) => {
      named(scalar)(value, walk);
      indexName(value, walk);
    }, 10),
  },
  (checked) => {
    changes.exactTotal(checked);
    changes.defaultPage(checked);
  },
);
