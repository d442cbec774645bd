import { type BuildHit, textAt } from '../search/build-hit.ts';

/** A build in a few words: `firefox 68.0b7 linux-x86_64 en-US`. */
export function buildTitle(build: BuildHit): string {
  return ['source.product', 'target.version', 'target.platform', 'target.locale']
    .map((field) => textAt(build, field))
    .filter(Boolean)
    .join(' ');
}
