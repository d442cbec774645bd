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
