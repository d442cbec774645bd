import { allFieldSuggester } from './all-field-suggester.ts';
import { allFields } from './all-fields.ts';
import { analysedWildcards } from './analysed-wildcards.ts';
import { commonTerms } from './common-terms.ts';
import { dateFormats } from './date-formats.ts';
import { dateHistogramInterval } from './date-histogram-interval.ts';
import { dateNumbers } from './date-numbers.ts';
import { defaultSize } from './default-size.ts';
import { documentIdField } from './document-id-field.ts';
import { documentType } from './document-type.ts';
import { docvalueFormat } from './docvalue-format.ts';
import { exactTotal } from './exact-total.ts';
import { executionHint } from './execution-hint.ts';
import { filterContextShould } from './filter-context-should.ts';
import { ignoredMembers } from './ignored-members.ts';
import { moreLikeThisDocuments } from './more-like-this-documents.ts';
import { oldNames } from './old-names.ts';
import { phrasePrefixFields } from './phrase-prefix-fields.ts';
import { randomScoreField } from './random-score-field.ts';
import { rangeBounds } from './range-bounds.ts';
import { regexpEscapes } from './regexp-escapes.ts';
import { removedOptions6 } from './removed-options.ts';
import type { Rewrite } from './rewrite.ts';
import { sourceFilterNames } from './source-filter-names.ts';
import { spanFieldMasking } from './span-field-masking.ts';
import { termOrder } from './term-order.ts';

/** All that has to be bridged between the searches of Elasticsearch 6 and 9, in the order in which it is done. */
export const allRewrites: readonly Rewrite[] = [
  defaultSize,
  exactTotal,
  ignoredMembers,
  sourceFilterNames,
  documentIdField,
  docvalueFormat,
  documentType,
  commonTerms,
  spanFieldMasking,
  removedOptions6,
  allFields,
  analysedWildcards,
  phrasePrefixFields,
  regexpEscapes,
  rangeBounds,
  dateFormats,
  dateNumbers,
  filterContextShould,
  randomScoreField,
  moreLikeThisDocuments,
  termOrder,
  dateHistogramInterval,
  executionHint,
  allFieldSuggester,
  oldNames,
];
