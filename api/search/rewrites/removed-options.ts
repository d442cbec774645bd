import type { Rewrite } from './rewrite.ts';

/** By query, the options that Elasticsearch 6 still read and that no longer exist. */
const removedOptions: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    query_string: [
      'auto_generate_phrase_queries',
      'split_on_whitespace',
      'use_dis_max',
      'lowercase_expanded_terms',
      'locale',
    ],
    simple_query_string: ['lowercase_expanded_terms', 'locale'],
    multi_match: ['use_dis_max', 'cutoff_frequency'],
    bool: ['disable_coord'],
    geo_bounding_box: ['type'],
  }),
);

/** Takes out options that had no effect any more in 6, or only on speed. */
export const removedOptions6: Rewrite = {
  reason:
    'Elasticsearch 6 took these options with a warning and ignored them (the search box of the old UI sends two of them); since 7 they are an error. `cutoff_frequency` only made common words cheaper.',
  query({ name, parameters }) {
    for (const option of removedOptions.get(name) ?? []) parameters.delete(option);
    if (name !== 'match') return;
    for (const options of parameters.values()) if (options instanceof Map) options.delete('cutoff_frequency');
  },
};

/** Execution hints that no longer exist are left out. */
export const executionHint: Rewrite = {
  reason:
    '6 still took `global_ordinals_hash` and `global_ordinals_low_cardinality` for `global_ordinals`; now they are an error. A hint never changes the answer.',
  aggregation({ parameters }) {
    const hint = parameters.get('execution_hint');
    if (typeof hint === 'string' && hint.startsWith('global_ordinals_')) parameters.delete('execution_hint');
  },
};

/** Leaves out what can change no answer but could fill the server's memory. */
export const ignoredMembers: Rewrite = {
  reason:
    '`stats` names groups whose counters the server keeps for ever; nobody but its operator can read them. An empty `ext` says nothing.',
  search(body) {
    body.delete('stats');
    body.delete('ext');
  },
};
