import { stringifyJson } from '../../schema/json/canonical-json.ts';
import type { JsonValue } from '../../schema/json/json-value.ts';
import { aggregationLimits } from './allow-list/aggregation-limits.ts';
import { allowedAggregations } from './allow-list/allowed-aggregations.ts';
import { checkMembers } from './allow-list/allowed-members.ts';
import { allowedQueries } from './allow-list/allowed-queries.ts';
import { ChosenNames } from './allow-list/chosen-names.ts';
import { checkForbiddenMembers } from './allow-list/forbidden-members.ts';
import { otherIndex } from './allow-list/other-index.ts';
import { queryLimits } from './allow-list/query-limits.ts';
import { checkResultWindow } from './allow-list/result-window.ts';
import { suggesterLimits } from './allow-list/suggester-limits.ts';
import { readSearch } from './dsl/read-search.ts';
import type { Correction } from './pipelines/correction.ts';
import { takePipelines } from './pipelines/take-pipelines.ts';
import { allRewrites } from './rewrites/all-rewrites.ts';
import { metadataFields } from './rewrites/metadata-fields.ts';
import { hasOwnTimeLimit, timeLimit } from './rewrites/time-limit.ts';
import { checkSearchSize } from './search-size.ts';
import { together } from './walk/search-visitor.ts';
import { walkSearch } from './walk/walk-search.ts';

export interface TranslationOptions {
  /** The name of the build index as clients know it. */
  readonly index: string;
  /** MAX_SEARCH_SIZE. */
  readonly maxSize: number;
  /** Milliseconds after which a search is to be cut off. */
  readonly timeLimit: number;
}

/** A search that may be sent to Elasticsearch 9. */
export interface TranslatedSearch {
  /** JSON. */
  readonly body: string;
  /** How many hits it asks for. */
  readonly size: number;
  /** Whether it asks for hits at all: with suggestions alone, nothing is searched. */
  readonly hasHits: boolean;
  /** Whether its hits show their type: with `"stored_fields": "_none_"` they did not. */
  readonly hitsHaveType: boolean;
  /** Whether it has a `terminate_after`. */
  readonly mayEndEarly: boolean;
  /** Whether its client gave it a time limit, and so takes what was found until then for an answer. */
  readonly mayBePartial: boolean;
  /** What is to be done with the aggregations of its answer. */
  readonly corrections: readonly Correction[];
}

/**
 * The border between clients and Elasticsearch: what a client of Elasticsearch 6 sends to Buildhub2 becomes what
 * Elasticsearch 9 takes, and nothing that is not in the contract or asks for too much gets through.
 *
 * @param request what the client sent, JSON of any kind; changed on the way
 * @throws {SearchRefusal} with the answer for the client
 */
export function translateSearch(request: JsonValue, options: TranslationOptions): TranslatedSearch {
  checkSearchSize(request, options.maxSize);
  const search = readSearch(request);
  checkMembers(search);
  const mayBePartial = hasOwnTimeLimit(search, options.timeLimit);
  const chosenNames = new ChosenNames();
  walkSearch(
    search,
    together([
      ...allRewrites,
      metadataFields(options.index),
      timeLimit(options.timeLimit),
      otherIndex(options.index),
      allowedQueries,
      allowedAggregations,
      queryLimits(),
      aggregationLimits(),
      suggesterLimits(),
      // Last, as rewrites put other objects in the place of what was sent.
      chosenNames,
    ]),
  );
  checkForbiddenMembers(search, chosenNames);
  const corrections = takePipelines(search);
  const size = checkResultWindow(search);
  return {
    body: stringifyJson(search),
    size,
    hasHits: size > 0 && !(search.has('suggest') && !search.has('query') && !search.has('aggs')),
    hitsHaveType: !hasNoStoredFields(search.get('stored_fields')),
    mayEndEarly: search.has('terminate_after'),
    mayBePartial,
    corrections,
  };
}

function hasNoStoredFields(value: JsonValue | undefined): boolean {
  return value === '_none_' || (Array.isArray(value) && value.includes('_none_'));
}
