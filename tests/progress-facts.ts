import type { Progress } from '../workflows/progress.ts';

/** The facts of a progress by their labels, with how much is done. */
export function factsOf({ done, facts }: Progress): Record<string, number | string> {
  return { done, ...Object.fromEntries(facts.map(({ label, value }) => [label, value])) };
}
