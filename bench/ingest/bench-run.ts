import type { BenchServices } from '../services.ts';
import type { Corpus } from './corpus.ts';

/** What the measurements of one run have in common. */
export interface BenchRun {
  readonly services: BenchServices;
  readonly corpus: Corpus;
  /** Settings of Buildhub and of Temporal alone that differ from their defaults. */
  readonly settings: Readonly<Record<string, string>>;
  /** Ends a measurement at once: what it has started is stopped, and it rejects with the signal's reason. */
  readonly signal: AbortSignal;
}
