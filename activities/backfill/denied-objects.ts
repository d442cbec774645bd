/*
 * Pure, since the workflow uses it too.
 */

/** An object that S3 does not hand out, and why. */
export interface DeniedObject {
  readonly key: string;
  readonly reason: string;
}

/** How many of them a report names. */
const maxExamples = 10;

/** Both together, as far as a report names them; undefined is none, as from a run that was begun by older code. */
export function addDenied(
  some: readonly DeniedObject[] = [],
  others: readonly DeniedObject[] = [],
): readonly DeniedObject[] {
  return [...some, ...others].slice(0, maxExamples);
}
