import type { Rewrite } from './rewrite.ts';

/** The format `use_field_mapping` of a doc value field is left out. */
export const docvalueFormat: Rewrite = {
  reason:
    'In 6.4 to 6.8 `use_field_mapping` asked for the format of the mapping ahead of 7, where that is the default and the word no longer one.',
  hits(options) {
    const fields = options.get('docvalue_fields');
    if (!Array.isArray(fields)) return;
    for (const field of fields) {
      if (field instanceof Map && field.get('format') === 'use_field_mapping') field.delete('format');
    }
  },
};
