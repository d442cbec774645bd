import { byField, field, fields, query } from './allowed-queries.ts';
import { searchLimits } from './request-budget.ts';
import {
  list,
  notAllowed,
  object,
  objectOr,
  oneOrMany,
  type SearchWalk,
  scalar,
  upTo,
} from './search-walk.ts';

const sourceFilter = objectOr(object({ includes: fields, excludes: fields }), fields);
export const sortOptions = {
  order: scalar,
  missing: scalar,
  mode: scalar,
  unmapped_type: scalar,
  format: scalar,
  numeric_type: scalar,
};
const sort = oneOrMany(objectOr(byField(sortOptions, scalar), field), searchLimits.fields);
const fieldFormats = list(objectOr(object({ field, format: scalar }), field), searchLimits.fields);
export const hitOptions = {
  from: scalar,
  sort,
  _source: sourceFilter,
  stored_fields: fields,
  docvalue_fields: fieldFormats,
  version: scalar,
  seq_no_primary_term: scalar,
  explain: scalar,
  track_scores: scalar,
};

const highlightOptions = {
  type: scalar,
  order: scalar,
  fragment_size: upTo(10_000),
  number_of_fragments: upTo(100),
  no_match_size: upTo(10_000),
  pre_tags: oneOrMany(scalar),
  post_tags: oneOrMany(scalar),
  tags_schema: scalar,
  encoder: scalar,
  fragmenter: scalar,
  require_field_match: scalar,
  highlight_query: (value: unknown, walk: SearchWalk) => query(value, walk),
};
export const highlight = object({
  ...highlightOptions,
  fields: oneOrMany(byField(highlightOptions, notAllowed), searchLimits.fields),
});
