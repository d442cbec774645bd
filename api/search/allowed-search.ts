import { aggregations } from './allowed-aggregations.ts';
import { highlight, hitOptions, isExplained } from './allowed-hits.ts';
import { field, query } from './allowed-queries.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  list,
  named,
  numberOf,
  object,
  objectOr,
  oneOrMany,
  type RequestObject,
  repeated,
  type SearchWalk,
  scalar,
  scalars,
  text,
  upTo,
} from './search-walk.ts';

/*
 * The table of everything that a search may have, with `allowed-queries.ts`, `allowed-hits.ts` and
 * `allowed-aggregations.ts`. What is not in it is refused, with its place. A line says which members an object may have and
 * which rule checks each; limits that add up over a search are in `request-budget.ts`.
 */

const suggestText = text(searchLimits.suggestTextLength);
const suggestions = upTo(searchLimits.suggestions);
const suggestWords = upTo(searchLimits.suggestWords);
const candidates = {
  field,
  size: suggestions,
  max_inspections: suggestions,
  ...scalars('suggest_mode', 'sort', 'analyzer', 'max_edits', 'prefix_length', 'min_word_length'),
  ...scalars('min_doc_freq', 'max_term_freq', 'string_distance'),
};
const suggester = object({
  text: suggestText,
  term: object({ ...candidates, text: suggestText, shard_size: suggestions }, changes.allFieldSuggester),
  phrase: object(
    {
      field,
      text: suggestText,
      size: suggestions,
      shard_size: suggestions,
      gram_size: suggestWords,
      max_errors: suggestWords,
      ...scalars('analyzer', 'real_word_error_likelihood', 'confidence', 'separator'),
      highlight: object({ pre_tag: repeated, post_tag: repeated }),
      direct_generator: list(object(candidates, changes.allFieldSuggester), searchLimits.suggesters),
    },
    changes.allFieldSuggester,
  ),
});

/** Once the hits in buckets are counted too. */
function spendExplained(search: RequestObject, walk: SearchWalk): void {
  if (isExplained(search)) walk.spend('explained', numberOf(search.size) ?? 10);
  const hits = walk.spent('explained');
  if (hits > 0) walk.spend('explained', hits * JSON.stringify(search).length);
}

export const search = object(
  {
    query,
    post_filter: query,
    aggs: aggregations,
    aggregations,
    ...hitOptions,
    highlight,
    suggest: named(objectOr(suggester, suggestText), searchLimits.suggesters + 1),
    ...scalars('size', 'timeout', 'terminate_after', 'min_score', 'profile', 'track_total_hits'),
    search_after: list(scalar, searchLimits.fields),
    collapse: object({ field }),
    rescore: oneOrMany(
      object({
        window_size: upTo(searchLimits.resultWindow),
        query: object({
          rescore_query: query,
          ...scalars('query_weight', 'rescore_query_weight', 'score_mode'),
        }),
      }),
      10,
    ),
    indices_boost: oneOrMany((value, walk) => object({ [walk.index]: scalar })(value, walk), 10),
    stats: oneOrMany(scalar),
  },
  changes.without('stats'),
  changes.indexBoosts,
  changes.exactTotal,
  changes.defaultPage,
  changes.sortById,
  spendExplained,
);
