import { expect } from 'vitest';
import type { ApiSandbox } from './api-sandbox.ts';

export interface Build {
  build: { id: string; target: string; date: string };
  source: { product: string; tree: string; revision: string };
  target: { version: string; channel: string; platform: string; locale: string };
  download: { url: string };
}
interface Bucket {
  key: string;
  doc_count: number;
  [name: string]: unknown;
}
/** What clients read of a response. */
interface SearchResult {
  hits: { total: number; max_score: number | null; hits: { _id: string; _source: Build }[] };
  aggregations: Record<string, { buckets: Bucket[]; doc_count: number; value: number }>;
}

/** Searches with `/api/search`, which must succeed. */
export async function askSearch(
  sandbox: ApiSandbox,
  body: unknown,
  contentType?: string,
): Promise<SearchResult> {
  const response = await sandbox.app.request('/api/search', {
    method: 'POST',
    body: JSON.stringify(body),
    ...(contentType && { headers: { 'Content-Type': contentType } }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as SearchResult;
}

export const bucketsOf = (value: unknown) => (value as { buckets: Bucket[] }).buckets;
export const term = (field: string, value: string) => ({ term: { [field]: value } });
/** The values that an aggregation found. */
export const keysOf = (aggregation: unknown) => bucketsOf(aggregation).map(({ key }) => key);
