import type { Rewrite } from './rewrite.ts';

/** `field_masking_span` becomes `span_field_masking`. */
export const spanFieldMasking: Rewrite = {
  reason: '`field_masking_span` was renamed like the other span queries; the old name is deprecated.',
  query(place) {
    if (place.name === 'field_masking_span') place.replace('span_field_masking', place.parameters);
  },
};
