/** A text of the source and what a mutant puts in its place. */
export interface Edit {
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A fault of the code that the suite has to find. */
export interface Mutant {
  readonly name: string;
  readonly about: string;
  readonly edits: readonly Edit[];
  /** Options of the runs that are to catch it: faults and operations that make it show soon. */
  readonly options: readonly string[];
  /** Kinds of violations that count as caught. */
  readonly caughtBy: readonly string[];
}

export const mutants: readonly Mutant[] = [];
