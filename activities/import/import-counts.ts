const maxExamples = 20;

interface ImportExample {
  /** Of `main_build`, in decimal digits. */
  readonly id: string;
  readonly text: string;
}

export type ExampleKind = 'otherId' | 'hashRewritten' | 'hashDifferent' | 'invalid';

const noCounts = {
  rows: 0,
  /** Builds that are in the table under the id that they had, and of these the ones that this import put there. */
  kept: 0,
  inserted: 0,
  /** Builds that are in the table under another id. */
  otherId: 0,
  /** Hashes that match; that differ because jsonb has rewritten a number; that differ for another reason. */
  hashEqual: 0,
  hashRewritten: 0,
  hashDifferent: 0,
  /** Builds that would not be taken in today: they are imported, and may not be searchable. */
  invalid: 0,
};

export type ImportCounts = Readonly<typeof noCounts> & {
  readonly examples: Readonly<Record<ExampleKind, readonly ImportExample[]>>;
};

export const noImports: ImportCounts = {
  ...noCounts,
  examples: { otherId: [], hashRewritten: [], hashDifferent: [], invalid: [] },
};

export function addImports(a: ImportCounts, b: ImportCounts): ImportCounts {
  const sum = { ...a, examples: { ...a.examples } };
  for (const name of Object.keys(noCounts) as (keyof typeof noCounts)[]) sum[name] += b[name];
  for (const kind of Object.keys(sum.examples) as ExampleKind[])
    sum.examples[kind] = [...sum.examples[kind], ...b.examples[kind]].slice(0, maxExamples);
  return sum;
}
