import { allFieldSuggester, allFields } from './all-fields.ts';
import { analysedWildcards } from './analysed-wildcards.ts';
import { commonTerms } from './common-terms.ts';
import { documentIdField, documentType, randomScoreField } from './document-identity.ts';
import { filterContextShould } from './filter-context-should.ts';
import { moreLikeThisDocuments } from './more-like-this-documents.ts';
import { dateFormats, dateHistogramInterval, dateNumbers } from './old-dates.ts';
import { oldNames, spanFieldMasking } from './old-names.ts';
import { phrasePrefixFields } from './phrase-prefix-fields.ts';
import { rangeBounds } from './range-bounds.ts';
import { regexpEscapes } from './regexp-escapes.ts';
import { executionHint, ignoredMembers, removedOptions6 } from './removed-options.ts';
import type { Rewrite } from './rewrite.ts';
import { defaultSize, docvalueFormat, exactTotal, sourceFilterNames } from './search-options.ts';
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
