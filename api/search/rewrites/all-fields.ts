import type { Rewrite } from './rewrite.ts';

/** `{"all_fields": true}` becomes a search in every field. */
export const allFields: Rewrite = {
  reason:
    '`all_fields` of the query string queries was replaced in 6 by `*` as the field, and is refused since 7.',
  query({ name, parameters }) {
    if (name !== 'query_string' && name !== 'simple_query_string') return;
    const all = parameters.get('all_fields') ?? parameters.get('use_all_fields');
    parameters.delete('all_fields');
    parameters.delete('use_all_fields');
    if (all !== true && all !== 'true') return;
    if (name === 'query_string') parameters.set('default_field', '*');
    else parameters.set('fields', ['*']);
  },
};
