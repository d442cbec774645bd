import type { Problem } from './problem.ts';

const MAX_LISTED = 20;

/** A text is not a build that can be stored. The message lists what is wrong, each with path, rule and value. */
export class InvalidBuildError extends Error {
  override readonly name = 'InvalidBuildError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const listed = problems.slice(0, MAX_LISTED).map(({ message }) => message);
    const more = problems.length - listed.length;
    super([...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), options);
    this.problems = problems;
  }
}
