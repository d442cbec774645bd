import type { Rewrite } from './rewrite.ts';

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
