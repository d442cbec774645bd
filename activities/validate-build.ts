import { InvalidBuildError } from '../schema/build/invalid-build-error.ts';
import { type PublishedBuild, readBuilds } from '../schema/build/published-build.ts';

/** The builds that a text stands for, or why it stands for none. */
export type Validation =
  | { readonly status: 'valid'; readonly builds: readonly PublishedBuild[] }
  | { readonly status: 'invalid'; readonly reason: string };

/** Checks the text of a buildhub.json against schema.yaml, and makes the beta twin of a Firefox release. */
export async function validateBuild(text: string): Promise<Validation> {
  try {
    return { status: 'valid', builds: readBuilds(text) };
  } catch (error) {
    if (!(error instanceof InvalidBuildError)) throw error;
    return { status: 'invalid', reason: shorten(error.message) };
  }
}

/** A build with a thousand faults must not make a payload that Temporal refuses. */
function shorten(reason: string, limit = 4_000): string {
  return reason.length <= limit ? reason : `${reason.slice(0, limit)} ...`;
}
