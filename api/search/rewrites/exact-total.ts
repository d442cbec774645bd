import type { Rewrite } from './rewrite.ts';

/** Every search counts all its hits unless it asks not to. */
export const exactTotal: Rewrite = {
  reason:
    'Totals stop at 10,000 since 7 unless told otherwise; in 6 they were exact, or -1 with `track_total_hits: false`. A number as its value is from 7 and cannot be combined with an integer total.',
  search(body) {
    const asked = body.get('track_total_hits');
    body.set('track_total_hits', !(asked === false || asked === 'false'));
  },
};
