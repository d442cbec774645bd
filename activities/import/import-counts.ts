/** A difference that a person may want to look at. */
export interface ImportExample {
  /** Of `main_build`, in decimal digits. */
  readonly id: string;
  readonly text: string;
}

/** The results of the rows of `main_build` so far. */
export interface ImportCounts {
  readonly rows: number;
  /** Builds that are in the table under the id that they had, and of these the ones that this import put there. */
  readonly kept: number;
  readonly inserted: number;
  /** Builds that are in the table under another id. */
  readonly otherId: number;
  /** Hashes that are equal; that differ as jsonb has rewritten a number; that differ for another reason. */
  readonly hashEqual: number;
  readonly hashRewritten: number;
  readonly hashDifferent: number;
  /** Builds that would not be taken in today: they are imported, and may not be searchable. */
  readonly invalid: number;
  /** The first few of each kind of difference. */
  readonly examples: {
    readonly otherId: readonly ImportExample[];
    readonly hashRewritten: readonly ImportExample[];
    readonly hashDifferent: readonly ImportExample[];
    readonly invalid: readonly ImportExample[];
  };
}

/** Kinds of differences of which examples are kept. */
export type ExampleKind = keyof ImportCounts['examples'];

const maxExamples = 20;

/** Nothing yet. */
export const noImports: ImportCounts = {
  ...{
    rows: 0,
    kept: 0,
    inserted: 0,
    otherId: 0,
    hashEqual: 0,
    hashRewritten: 0,
    hashDifferent: 0,
    invalid: 0,
  },
  examples: { otherId: [], hashRewritten: [], hashDifferent: [], invalid: [] },
};

/** The sum of both. */
export function addImports(a: ImportCounts, b: ImportCounts): ImportCounts {
  const examples = (kind: ExampleKind) => [...a.examples[kind], ...b.examples[kind]].slice(0, maxExamples);
  return {
    rows: a.rows + b.rows,
    kept: a.kept + b.kept,
    inserted: a.inserted + b.inserted,
    otherId: a.otherId + b.otherId,
    hashEqual: a.hashEqual + b.hashEqual,
    hashRewritten: a.hashRewritten + b.hashRewritten,
    hashDifferent: a.hashDifferent + b.hashDifferent,
    invalid: a.invalid + b.invalid,
    examples: {
      otherId: examples('otherId'),
      hashRewritten: examples('hashRewritten'),
      hashDifferent: examples('hashDifferent'),
      invalid: examples('invalid'),
    },
  };
}
