import { bucketAggregations, valueAggregations } from '../dsl/aggregation-names.ts';
import { refuse } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

const noScripts = 'Scripts are not allowed';

/** Aggregations that elasticsearch-dsl knew and that are not carried out, with the reason. */
const refused: ReadonlyMap<string, string> = new Map(
  Object.entries({
    scripted_metric: noScripts,
    bucket_script: noScripts,
    bucket_selector: noScripts,
    children: 'Builds have no parents or children',
  }),
);

/** Only aggregations that the contract knows, wherever Elasticsearch reads one. */
export const allowedAggregations: SearchVisitor = {
  aggregation({ type, path }) {
    const reason = refused.get(type);
    if (reason !== undefined) {
      throw refuse(
        `${reason}: the aggregation \`${type}\` in ${path.join(' > ')} cannot be used here`,
        'not_allowed',
      );
    }
    if (!bucketAggregations.has(type) && !valueAggregations.has(type)) {
      throw refuse(`DSL class \`${type}\` does not exist in agg.`);
    }
  },
};
