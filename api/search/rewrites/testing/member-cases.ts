import { allFieldSuggester } from '../all-fields.ts';
import { documentIdField } from '../document-identity.ts';
import { dateFormats, dateNumbers } from '../old-dates.ts';
import { oldNames } from '../old-names.ts';
import { ignoredMembers } from '../removed-options.ts';
import { defaultSize, docvalueFormat, exactTotal, sourceFilterNames } from '../search-options.ts';
import { agg, query, type RewriteCase } from './rewrite-case.ts';

/** Cases of rewrites of members of other kinds, or of several. */
export const memberCases: readonly RewriteCase[] = [
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
  [defaultSize, { size: -1, from: '-1' }, {}],
  [defaultSize, { size: 1, from: 0 }, { size: 1, from: 0 }],
  [exactTotal, {}, { track_total_hits: true }],
  [exactTotal, { track_total_hits: 5 }, { track_total_hits: true }],
  [exactTotal, { track_total_hits: false }, { track_total_hits: false }],
  [ignoredMembers, { stats: ['x'], ext: {}, size: 1 }, { size: 1 }],
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
];
