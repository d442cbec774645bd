import type { Rewrite } from './rewrite.ts';

/** Execution hints that no longer exist are left out. */
export const executionHint: Rewrite = {
  reason:
    '6 still took `global_ordinals_hash` and `global_ordinals_low_cardinality` for `global_ordinals`; now they are an error. A hint never changes the answer.',
  aggregation({ parameters }) {
    const hint = parameters.get('execution_hint');
    if (typeof hint === 'string' && hint.startsWith('global_ordinals_')) parameters.delete('execution_hint');
  },
};
