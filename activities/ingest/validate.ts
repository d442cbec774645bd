import { type PublishedBuild, readBuilds } from '../../schema/published-build.ts';
import { shorten } from '../../schema/shorten.ts';
import { InvalidBuildError } from '../../schema/validate-build.ts';

/** Characters of a reason: a build with a thousand faults must not make a payload that Temporal refuses. */
export const maxReason = 4_000;

export type Validation =
  | { readonly status: 'valid'; readonly builds: readonly PublishedBuild[] }
  | { readonly status: 'invalid'; readonly reason: string };

/** The activity `validateBuild`: checks the text of a buildhub.json against schema.yaml, and makes the beta twin of a Firefox release. */
export async function validateBuild(text: string): Promise<Validation> {
  try {
    return { status: 'valid', builds: readBuilds(text) };
  } catch (error) {
    if (!(error instanceof InvalidBuildError)) throw error;
    return { status: 'invalid', reason: shorten(error.message, maxReason) };
  }
}
