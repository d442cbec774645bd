import { stringify } from 'csv-stringify/sync';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  memberAt,
  numberText,
} from '../../schema/lossless-json.ts';

/**
 * The columns of a CSV export, in their order: what people look for first. Programs find columns by name or place, so
 * a new one goes to the end, and none moves or goes away.
 */
export const columns = [
  'id',
  'source.product',
  'target.version',
  'target.channel',
  'target.platform',
  'target.os',
  'target.locale',
  'build.id',
  'build.date',
  'download.date',
  'download.size',
  'download.url',
  'download.mimetype',
  'source.tree',
  'source.repository',
  'source.revision',
  'build.number',
  'build.target',
  'build.host',
  'build.cc',
  'build.cxx',
  'build.as',
  'build.ld',
] as const;

export interface RowFormat {
  readonly contentType: string;
  readonly extension: string;
  /** What stands before the first row. */
  readonly head: string;
  rows(hits: readonly JsonValue[]): string;
}

/** A JSON document in each line: the build as searches show it, every number with its digits. */
const ndjson: RowFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  head: '',
  rows: (hits) => hits.map((hit) => `${JSON.stringify(documentOf(hit))}\n`).join(''),
};

/**
 * Comma-separated values as RFC 4180 has them, with a line of names in front. A text that a spreadsheet would run as a
 * formula gets an apostrophe in front, which spreadsheets take as `this is text`.
 */
const csv: RowFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  head: stringify([[...columns]], { record_delimiter: 'windows' }),
  rows: (hits) =>
    stringify(hits.map(cellsOf), {
      record_delimiter: 'windows',
      escape_formulas: true,
      cast: { bigint: String },
    }),
};

export const rowFormats = { ndjson, csv } as const;

/** The document of a hit. It always has its id, whatever `_source` left of it. */
function documentOf(hit: JsonValue): JsonObject {
  const id = memberAt(hit, '_id');
  const source = memberAt(hit, '_source');
  const ownId = typeof id === 'string' && /^[1-9]\d*$/.test(id) ? JSON.rawJSON(id) : (id ?? null);
  return { id: ownId, ...(isJsonObject(source) ? source : {}) };
}

function cellsOf(hit: JsonValue): (string | number | bigint)[] {
  const document = documentOf(hit);
  return columns.map((column) => cellOf(memberAt(document, ...column.split('.'))));
}

function cellOf(value: JsonValue | undefined): string | number | bigint {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const number = numberText(value);
  if (number === undefined) return JSON.stringify(value);
  // A minus in front of a number starts no formula.
  if (!number.startsWith('-')) return number;
  return /^-\d+$/.test(number) ? BigInt(number) : Number(number);
}
