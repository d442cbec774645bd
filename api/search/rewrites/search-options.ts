import { JsonNumber } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** `-1` for `size` or `from` is the same as leaving it out. */
export const defaultSize: Rewrite = {
  reason:
    'In 6 the value -1 stood for “not set”, so it gave ten hits from the first on; in 9 it is an error.',
  search(body) {
    for (const name of ['size', 'from']) {
      const value = body.get(name);
      const number =
        value instanceof JsonNumber ? value.toNumber() : typeof value === 'string' ? Number(value) : 0;
      if (number === -1) body.delete(name);
    }
  },
};

/** Every search counts all its hits unless it asks not to. */
export const exactTotal: Rewrite = {
  reason:
    'Totals stop at 10,000 since 7 unless told otherwise; in 6 they were exact, or -1 with `track_total_hits: false`. A number as its value is from 7 and cannot be combined with an integer total.',
  search(body) {
    const asked = body.get('track_total_hits');
    body.set('track_total_hits', !(asked === false || asked === 'false'));
  },
};

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

/** `{"_source": {"include": [...]}}` becomes `{"_source": {"includes": [...]}}`. */
export const sourceFilterNames: Rewrite = {
  reason: '`include` and `exclude` of `_source` were deprecated in 6 for the plural, which alone is left.',
  hits(options) {
    const source = options.get('_source');
    if (!(source instanceof Map)) return;
    for (const name of ['include', 'exclude']) {
      const value = source.get(name);
      if (value === undefined) continue;
      source.delete(name);
      if (!source.has(`${name}s`)) source.set(`${name}s`, value);
    }
  },
};
