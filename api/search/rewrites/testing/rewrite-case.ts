import type { Rewrite } from '../rewrite.ts';

export type Body = Record<string, unknown>;

/** What a client sends, and what Elasticsearch 9 is to get. */
export type RewriteCase = readonly [rewrite: Rewrite, sent: Body, passedOn: Body];

/** A search with this query. */
export const query = (body: unknown): Body => ({ query: body });

/** A search with this aggregation. */
export const agg = (body: unknown): Body => ({ aggs: { a: body } });

/** Two conditions for whatever needs some. */
export const a = { match_all: {} };
export const b = { term: { 'target.channel': 'beta' } };
