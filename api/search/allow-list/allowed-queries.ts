import { queryDefinitions } from '../dsl/query-definitions.ts';
import { refuse, refuseAsElasticsearch } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

const noScripts = 'Scripts are not allowed';
const noJoins = 'Builds have no parents or children';

/** Queries that elasticsearch-dsl knew and that are not carried out, with the reason. */
const refused: ReadonlyMap<string, string> = new Map(
  Object.entries({
    script: noScripts,
    percolate: 'Stored queries are not allowed',
    template: noScripts,
    has_child: noJoins,
    has_parent: noJoins,
    parent_id: noJoins,
  }),
);

/** Names that elasticsearch-dsl still knew but Elasticsearch 6 did not any more. */
const goneBefore6: ReadonlySet<string> = new Set([
  ...['filtered', 'indices', 'limit', 'top_children', 'fuzzy_like_this', 'fuzzy_like_this_field'],
  ...['more_like_this_field', 'geo_distance_range', 'geohash_cell'],
]);

/** Names under which a rewrite may have put a query. */
const added: ReadonlySet<string> = new Set(['span_field_masking']);

/**
 * Only queries that the contract knows, wherever Elasticsearch reads one. elasticsearch-dsl looked into some places
 * only, so what it let through is checked here again.
 */
export const allowedQueries: SearchVisitor = {
  query({ name }) {
    const reason = refused.get(name);
    if (reason !== undefined)
      throw refuse(`${reason}: the query \`${name}\` cannot be used here`, 'not_allowed');
    if (goneBefore6.has(name)) {
      throw refuseAsElasticsearch('parsing_exception', `no [query] registered for [${name}]`);
    }
    if (!queryDefinitions.has(name) && !added.has(name))
      throw refuse(`DSL class \`${name}\` does not exist in query.`);
  },
};
