import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface RecordedResponse {
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

/** Requests to the original Buildhub2, with its responses. */
export function recordedResponses(): RecordedResponse[] {
  return JSON.parse(readFileSync(new URL('responses.json', folder), 'utf8'));
}

/** The bodies of the searches of known clients, and of all that was asked of the original. */
export function knownSearches(): unknown[] {
  const clients = JSON.parse(readFileSync(new URL('clients.json', folder), 'utf8')) as { body: unknown }[];
  const recorded = recordedResponses().flatMap(({ request }) => {
    try {
      return [JSON.parse(request.body ?? '') as unknown];
    } catch {
      return [];
    }
  });
  return [...clients.map(({ body }) => body), ...recorded];
}

/** The texts of the S3 objects that it had ingested before, in their order. */
export function recordedObjects(): string[] {
  const lines = gunzipSync(readFileSync(new URL('objects.jsonl.gz', folder)))
    .toString('utf8')
    .trim()
    .split('\n');
  return lines.map((line) => (JSON.parse(line) as { body: string }).body);
}
