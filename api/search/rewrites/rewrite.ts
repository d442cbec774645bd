import type { SearchVisitor } from '../walk/search-visitor.ts';

/** One difference between what a client of Elasticsearch 6 sends and what Elasticsearch 9 takes, and how to bridge it. */
export interface Rewrite extends SearchVisitor {
  /** What changed between the versions. */
  readonly reason: string;
}
