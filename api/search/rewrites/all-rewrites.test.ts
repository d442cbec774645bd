import { describe, expect, it } from 'vitest';
import { fromPlain, type JsonObject, toPlain } from '../../../schema/json/json-value.ts';
import { walkSearch } from '../walk/walk-search.ts';
import { allFieldSuggester } from './all-field-suggester.ts';
import { allFields } from './all-fields.ts';
import { allRewrites } from './all-rewrites.ts';
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

type Body = Record<string, unknown>;

const query = (body: unknown): Body => ({ query: body });
const agg = (body: unknown): Body => ({ aggs: { a: body } });
const a = { match_all: {} };
const b = { term: { 'target.channel': 'beta' } };

/** For each rewrite: what a client sends, and what Elasticsearch 9 is to get. */
const cases: readonly [rewrite: Rewrite, sent: Body, passedOn: Body][] = [
  [
    termOrder,
    agg({ terms: { field: 'x', order: { _term: 'desc' } } }),
    agg({ terms: { field: 'x', order: { _key: 'desc' } } }),
  ],
  [
    termOrder,
    agg({ terms: { field: 'x', order: [{ _count: 'asc' }, { _time: 'asc' }] } }),
    agg({ terms: { field: 'x', order: [{ _count: 'asc' }, { _key: 'asc' }] } }),
  ],
  [
    termOrder,
    agg({ filter: a, aggs: { b: { terms: { order: { _term: 'asc' } } } } }),
    agg({ filter: a, aggs: { b: { terms: { order: { _key: 'asc' } } } } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: 'month' } }),
    agg({ date_histogram: { field: 'x', calendar_interval: 'month' } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: '90m' } }),
    agg({ date_histogram: { field: 'x', fixed_interval: '90m' } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: 5000 } }),
    agg({ date_histogram: { field: 'x', fixed_interval: '5000ms' } }),
  ],
  [
    dateHistogramInterval,
    agg({ composite: { sources: [{ d: { date_histogram: { interval: '1d' } } }] } }),
    agg({ composite: { sources: [{ d: { date_histogram: { calendar_interval: '1d' } } }] } }),
  ],
  [
    dateHistogramInterval,
    agg({ histogram: { field: 'x', interval: 5 } }),
    agg({ histogram: { field: 'x', interval: 5 } }),
  ],
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
    allFieldSuggester,
    { suggest: { s: { text: 'x', phrase: { field: 'y', direct_generator: [{ field: '_all' }] } } } },
    { suggest: { s: { text: 'x', phrase: { field: 'y', direct_generator: [{ field: '_routing' }] } } } },
  ],
  [
    allFieldSuggester,
    { suggest: { s: { text: 'x', term: { field: '_all' } } } },
    { suggest: { s: { text: 'x', term: { field: '_routing' } } } },
  ],
  [
    sourceFilterNames,
    { _source: { include: ['a'], exclude: 'b' } },
    { _source: { includes: ['a'], excludes: 'b' } },
  ],
  [
    sourceFilterNames,
    agg({ top_hits: { _source: { include: 'a' } } }),
    agg({ top_hits: { _source: { includes: 'a' } } }),
  ],
  [documentIdField, { sort: ['_id', { _uid: 'desc' }, 'x'] }, { sort: ['id', { id: 'desc' }, 'x'] }],
  [documentIdField, { sort: '_uid' }, { sort: 'id' }],
  [documentIdField, agg({ terms: { field: '_id' } }), agg({ terms: { field: 'id' } })],
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
    docvalueFormat,
    {
      docvalue_fields: [
        'a',
        { field: 'b', format: 'use_field_mapping' },
        { field: 'c', format: 'epoch_millis' },
      ],
    },
    { docvalue_fields: ['a', { field: 'b' }, { field: 'c', format: 'epoch_millis' }] },
  ],
  [
    executionHint,
    agg({ terms: { field: 'x', execution_hint: 'global_ordinals_hash' } }),
    agg({ terms: { field: 'x' } }),
  ],
  [
    executionHint,
    agg({ terms: { field: 'x', execution_hint: 'map' } }),
    agg({ terms: { field: 'x', execution_hint: 'map' } }),
  ],
  [defaultSize, { size: -1, from: '-1' }, {}],
  [defaultSize, { size: 1, from: 0 }, { size: 1, from: 0 }],
  [exactTotal, {}, { track_total_hits: true }],
  [exactTotal, { track_total_hits: 5 }, { track_total_hits: true }],
  [exactTotal, { track_total_hits: false }, { track_total_hits: false }],
  [ignoredMembers, { stats: ['x'], ext: {}, size: 1 }, { size: 1 }],
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
  [
    dateFormats,
    query({ range: { x: { gte: '2018', format: 'YYYY', time_zone: 'EST' } } }),
    query({ range: { x: { gte: '2018', format: 'yyyy', time_zone: '-05:00' } } }),
  ],
  [
    dateFormats,
    agg({ composite: { sources: [{ d: { date_histogram: { format: 'YYYY-MM' } } }] } }),
    agg({ composite: { sources: [{ d: { date_histogram: { format: 'yyyy-MM' } } }] } }),
  ],
  [
    dateFormats,
    { docvalue_fields: [{ field: 'b', format: 'dateOptionalTime' }] },
    { docvalue_fields: [{ field: 'b', format: 'date_optional_time' }] },
  ],
  [
    dateNumbers,
    query({ range: { 'build.date': { gte: 1541154086000.5, boost: 1.5 } } }),
    query({ range: { 'build.date': { gte: 1541154086000, boost: 1.5 } } }),
  ],
  [
    dateNumbers,
    query({ terms: { 'build.date': [1.5, 2], 'download.size': [1.5] } }),
    query({ terms: { 'build.date': [1, 2], 'download.size': [1.5] } }),
  ],
  [
    oldNames,
    { suggest: { s: { term: { field: 'x', string_distance: 'jarowinkler' } } } },
    { suggest: { s: { term: { field: 'x', string_distance: 'jaro_winkler' } } } },
  ],
  [
    oldNames,
    { highlight: { force_source: true, fields: { x: { force_source: true, type: 'plain' } } } },
    { highlight: { fields: { x: { type: 'plain' } } } },
  ],
];

function apply(rewrite: Rewrite, sent: Body): unknown {
  const body = fromPlain(sent) as JsonObject;
  walkSearch(body, rewrite);
  return toPlain(body);
}

describe('rewrites', () => {
  it.each(cases.map(([rewrite, sent, passedOn]) => ({ rewrite, sent, passedOn })))(
    '$sent becomes $passedOn',
    ({ rewrite, sent, passedOn }) => {
      expect(apply(rewrite, sent)).toEqual(passedOn);
    },
  );

  it('leave alone what is not of the right shape, for Elasticsearch to refuse', () => {
    const odd = [
      null,
      5,
      'x',
      [],
      [[{}]],
      { x: null },
      { x: [null] },
      { bool: null },
      { range: { x: null } },
    ];
    const keys = ['query', 'post_filter', 'aggs', 'sort', '_source', 'suggest', 'rescore', 'collapse'];
    for (const rewrite of allRewrites) {
      for (const key of keys)
        for (const value of odd) expect(() => apply(rewrite, { [key]: value })).not.toThrow();
      for (const value of odd) {
        expect(() => apply(rewrite, agg(value))).not.toThrow();
        expect(() => apply(rewrite, agg({ composite: { sources: value } }))).not.toThrow();
        expect(() =>
          apply(rewrite, { suggest: { s: { phrase: { direct_generator: value } } } }),
        ).not.toThrow();
        expect(() => apply(rewrite, query({ function_score: { functions: value } }))).not.toThrow();
        expect(() => apply(rewrite, query({ common: { x: value } }))).not.toThrow();
      }
    }
  });

  it('each have a reason and at least one case here that changes something', () => {
    for (const rewrite of allRewrites) {
      expect(rewrite.reason.length).toBeGreaterThan(40);
      const changing = cases.filter(
        ([tested, sent, passedOn]) => tested === rewrite && JSON.stringify(sent) !== JSON.stringify(passedOn),
      );
      expect(changing.length, rewrite.reason).toBeGreaterThan(0);
    }
  });
});
