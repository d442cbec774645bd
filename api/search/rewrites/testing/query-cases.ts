import { allFields } from '../all-fields.ts';
import { analysedWildcards } from '../analysed-wildcards.ts';
import { commonTerms } from '../common-terms.ts';
import { documentType, randomScoreField } from '../document-identity.ts';
import { filterContextShould } from '../filter-context-should.ts';
import { moreLikeThisDocuments } from '../more-like-this-documents.ts';
import { spanFieldMasking } from '../old-names.ts';
import { phrasePrefixFields } from '../phrase-prefix-fields.ts';
import { rangeBounds } from '../range-bounds.ts';
import { regexpEscapes } from '../regexp-escapes.ts';
import { removedOptions6 } from '../removed-options.ts';
import { a, agg, b, query, type RewriteCase } from './rewrite-case.ts';

/** Cases of rewrites of queries. */
export const queryCases: readonly RewriteCase[] = [
  [
    removedOptions6,
    query({ query_string: { query: 'x', split_on_whitespace: true, auto_generate_phrase_queries: true } }),
    query({ query_string: { query: 'x' } }),
  ],
  [
    removedOptions6,
    query({ match: { x: { query: 'y', cutoff_frequency: 0.1 } } }),
    query({ match: { x: { query: 'y' } } }),
  ],
  [
    removedOptions6,
    agg({ filter: { bool: { must: [b], disable_coord: true } } }),
    agg({ filter: { bool: { must: [b] } } }),
  ],
  [
    allFields,
    query({ query_string: { query: 'x', all_fields: true } }),
    query({ query_string: { query: 'x', default_field: '*' } }),
  ],
  [
    allFields,
    query({ simple_query_string: { query: 'x', all_fields: 'true' } }),
    query({ simple_query_string: { query: 'x', fields: ['*'] } }),
  ],
  [
    allFields,
    query({ query_string: { query: 'x', all_fields: false } }),
    query({ query_string: { query: 'x' } }),
  ],
  [
    rangeBounds,
    query({ range: { x: { from: 1, to: 2, include_upper: false } } }),
    query({ range: { x: { gte: 1, lt: 2 } } }),
  ],
  [
    rangeBounds,
    query({ range: { x: { gte: 1, include_lower: false } } }),
    query({ range: { x: { gt: 1 } } }),
  ],
  [rangeBounds, query({ range: { x: { gte: 1, lte: 2 } } }), query({ range: { x: { gte: 1, lte: 2 } } })],
  [
    commonTerms,
    query({ common: { x: { query: 'y', cutoff_frequency: 0.1, low_freq_operator: 'and' } } }),
    query({ match: { x: { query: 'y', operator: 'and' } } }),
  ],
  [
    commonTerms,
    query({ bool: { must: [{ common: { x: { query: 'y', minimum_should_match: { low_freq: 2 } } } }] } }),
    query({ bool: { must: [{ match: { x: { query: 'y', minimum_should_match: 2 } } }] } }),
  ],
  [documentType, query({ type: { value: 'doc' } }), query({ match_all: {} })],
  [documentType, query({ type: { value: 'other' } }), query({ match_none: {} })],
  [documentType, query({ ids: { type: 'doc', values: ['1'] } }), query({ ids: { values: ['1'] } })],
  [documentType, query({ ids: { type: ['other'], values: ['1'] } }), query({ match_none: {} })],
  [
    spanFieldMasking,
    query({ span_or: { clauses: [{ field_masking_span: { query: { span_term: { x: 'y' } } } }] } }),
    query({ span_or: { clauses: [{ span_field_masking: { query: { span_term: { x: 'y' } } } }] } }),
  ],
  [
    filterContextShould,
    query({ bool: { filter: [{ bool: { must: [a], should: [b] } }] } }),
    query({ bool: { filter: [{ bool: { must: [a], should: [b], minimum_should_match: 1 } }] } }),
  ],
  [
    filterContextShould,
    { post_filter: { bool: { must: [a], should: [b] } } },
    { post_filter: { bool: { must: [a], should: [b] } } },
  ],
  [
    filterContextShould,
    query({ constant_score: { filter: { bool: { must: [{ bool: { must: [a], should: b } }] } } } }),
    query({
      constant_score: {
        filter: { bool: { must: [{ bool: { must: [a], should: b, minimum_should_match: 1 } }] } },
      },
    }),
  ],
  // Where scores count, `should` is a wish.
  [
    filterContextShould,
    query({ bool: { must: [a], should: [b] } }),
    query({ bool: { must: [a], should: [b] } }),
  ],
  [
    filterContextShould,
    query({ bool: { filter: { bool: { must: [a], should: [b], minimum_should_match: 0 } } } }),
    query({ bool: { filter: { bool: { must: [a], should: [b], minimum_should_match: 0 } } } }),
  ],
  [
    randomScoreField,
    query({ function_score: { functions: [{ random_score: { seed: 1 } }] } }),
    query({ function_score: { functions: [{ random_score: { seed: 1, field: '_seq_no' } }] } }),
  ],
  [
    randomScoreField,
    query({ function_score: { random_score: {} } }),
    query({ function_score: { random_score: {} } }),
  ],
  [
    moreLikeThisDocuments,
    query({ more_like_this: { like: ['x', { _type: 'doc', _id: '1' }] } }),
    query({ more_like_this: { like: ['x', { _id: '1' }] } }),
  ],
  [
    analysedWildcards,
    query({
      query_string: {
        query: 'Firefox* -Beta* target.version:66.0A? OR "Two Words*" /A.*/ X',
        analyzer: 'standard',
      },
    }),
    query({
      query_string: {
        query: 'firefox* -beta* target.version:66.0a? OR "Two Words*" /A.*/ X',
        analyzer: 'standard',
      },
    }),
  ],
  [
    analysedWildcards,
    query({ query_string: { query: 'Firefox*' } }),
    query({ query_string: { query: 'Firefox*' } }),
  ],
  [
    analysedWildcards,
    query({ query_string: { query: 'Firefox* target.version:66*', analyzer: 'pattern' } }),
    query({ query_string: { query: 'firefox* target.version:66*' } }),
  ],
  ...['Firefox* 66.0', 'Firefox* "66*"', 'Firefox* "VERSION: 66*"', 'Firefox* target.version:/6*/'].map(
    (text): RewriteCase => [
      analysedWildcards,
      query({ query_string: { query: text, analyzer: 'pattern' } }),
      query({ query_string: { query: text.replace('F', 'f'), analyzer: 'pattern' } }),
    ],
  ),
  [
    phrasePrefixFields,
    query({ match_phrase_prefix: { 'target.version': { query: '66', max_expansions: 5, boost: 2 } } }),
    query({ prefix: { 'target.version': { value: '66', boost: 2 } } }),
  ],
  [
    phrasePrefixFields,
    query({ match_phrase_prefix: { 'build.id': 2018 } }),
    query({ prefix: { 'build.id': { value: '2018' } } }),
  ],
  [
    phrasePrefixFields,
    query({
      multi_match: { query: 'x', type: 'phrase_prefix', fields: ['target.v*^2', 'build.cc', 'build.date'] },
    }),
    query({
      dis_max: {
        queries: [
          { prefix: { 'target.version': { value: 'x', boost: 2 } } },
          { multi_match: { query: 'x', type: 'phrase_prefix', fields: ['build.cc'] } },
        ],
      },
    }),
  ],
  [phrasePrefixFields, query({ match_phrase_prefix: { 'build.date': '2018' } }), query({ match_none: {} })],
  [
    phrasePrefixFields,
    query({ match_phrase_prefix: { 'build.cc': 'bin cl' } }),
    query({ match_phrase_prefix: { 'build.cc': 'bin cl' } }),
  ],
  [
    regexpEscapes,
    query({ regexp: { x: '6\\d\\.[\\w-]"\\d"\\\\d' } }),
    query({ regexp: { x: '6d\\.[w-]"\\d"\\\\d' } }),
  ],
  [
    regexpEscapes,
    agg({ terms: { field: 'x', include: '\\beta', exclude: ['\\d'] } }),
    agg({ terms: { field: 'x', include: 'beta', exclude: ['\\d'] } }),
  ],
];
