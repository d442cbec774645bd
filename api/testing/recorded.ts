import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A request to the original Buildhub2 and what it answered. */
export interface RecordedAnswer {
  readonly name: string;
  /** Whether some of the hits rank equally, so that other ones may come. */
  readonly ties?: boolean;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    /** Each character is a byte. */
    readonly body: string | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    /** Parsed if the response was JSON. */
    readonly body?: unknown;
    /** Anything else. */
    readonly text?: string;
  };
}

const folder = new URL('../recorded/', import.meta.url);

/** What was asked of the original Buildhub2, and its answers. */
export function recordedAnswers(): RecordedAnswer[] {
  return JSON.parse(readFileSync(new URL('answers.json', folder), 'utf8'));
}

/** The texts of the S3 objects that it had ingested before, in their order. */
export function recordedObjects(): string[] {
  const lines = gunzipSync(readFileSync(new URL('objects.jsonl.gz', folder)))
    .toString('utf8')
    .trim()
    .split('\n');
  return lines.map((line) => (JSON.parse(line) as { body: string }).body);
}

/** A search of the original Buildhub2 in front of Elasticsearch 6.7.1, with one shard. */
export interface RecordedSearch {
  readonly name: string;
  /** Each character is a byte. */
  readonly body: string;
  readonly status: number;
  /** Without times, shards and nodes. Of an error that is put in other words now, only its kind: a text or an object. */
  readonly answer: unknown;
}

/** Searches of all kinds, in the recorded objects and the `sparseBuilds` after them. */
export function recordedSearches(): RecordedSearch[] {
  const lines = gunzipSync(readFileSync(new URL('elasticsearch-6.jsonl.gz', folder)))
    .toString('utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedSearch);
}

/** Builds that had been ingested after the recorded objects when the searches were made: with little, with odd values. */
export const sparseBuilds: readonly string[] = [
  {
    build: {},
    source: { product: 'thunderbird' },
    target: { platform: 'win32', locale: 'en-US', version: '1.0', channel: 'nightly' },
    download: { url: 'u', mimetype: 'm', size: 1, date: '2016-01-01' },
  },
  {
    build: { number: 3, id: '20160101000000', cc: 'x'.repeat(300) },
    source: { product: 'thunderbird' },
    target: { platform: 'win32', locale: 'en-US', version: '1.0', channel: 'nightly', os: 'win' },
    download: { url: 'ü/é', mimetype: 'm', size: 1, date: '2016-01-01T00:00:00.123456+02:00' },
  },
].map((build) => JSON.stringify(build));
