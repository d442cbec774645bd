import { byField, field, fields, query } from './allowed-queries.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  isObject,
  list,
  notAllowed,
  number,
  object,
  objectOr,
  oneOrMany,
  type RequestObject,
  type Rule,
  repeated,
  scalar,
  scalars,
  textOf,
  upTo,
} from './search-walk.ts';

export const sortOptions = {
  ...scalars('order', 'mode', 'unmapped_type', 'numeric_type'),
  missing: repeated,
  format: repeated,
};

/** One sort or several, each with a field or several. */
export function sorts(rule: Rule): Rule {
  return oneOrMany((value, walk) => {
    walk.spend('sortFields', isObject(value) ? Object.keys(value).length : 1);
    rule(value, walk);
  });
}

export function isExplained({ explain }: RequestObject): boolean {
  return textOf(explain) === 'true';
}

export const hitOptions = {
  from: number,
  ...scalars('version', 'seq_no_primary_term', 'explain', 'track_scores'),
  sort: sorts(objectOr(byField(sortOptions, scalar), field)),
  // Elasticsearch 9 still takes the names of both kinds.
  _source: objectOr(object({ includes: fields, excludes: fields, include: fields, exclude: fields }), fields),
  stored_fields: fields,
  docvalue_fields: list(
    objectOr(object({ field, format: repeated }, changes.dateFormat), field),
    searchLimits.fields,
  ),
};

/** Options of highlighters that need more of an index than this one has. */
const unusedOptions = [
  'boundary_chars',
  'boundary_max_scan',
  'phrase_limit',
  'fragment_offset',
  'force_source',
];
const withoutUnused = changes.without(...unusedOptions, 'matched_fields');
const highlightOptions = {
  ...scalars('type', 'order', 'tags_schema', 'encoder', 'fragmenter', 'require_field_match'),
  ...scalars('boundary_scanner', 'boundary_scanner_locale', ...unusedOptions),
  matched_fields: fields,
  fragment_size: number,
  number_of_fragments: upTo(100),
  no_match_size: number,
  pre_tags: oneOrMany(repeated),
  post_tags: oneOrMany(repeated),
  highlight_query: query,
};
export const highlight = object(
  {
    ...highlightOptions,
    fields: oneOrMany(
      byField(highlightOptions, notAllowed, withoutUnused, changes.fragmentSize),
      searchLimits.fields,
    ),
  },
  withoutUnused,
  changes.fragmentSize,
);
