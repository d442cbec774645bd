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

/** One reason why a build cannot be taken in. */
export interface Problem {
  /** Where, as `target.os`; `(root)` for the document itself, `(text)` where there is no JSON document at all. */
  path: string;
  /** What was broken: a JSON Schema keyword, or `json`, `date`, `number`, `keyword-length`, `nul`, `surrogate`. */
  rule: string;
  /** A sentence that names the path, the rule and the value. */
  message: string;
}

export const ROOT_PATH = '(root)';

export function problem(path: string, rule: string, complaint: string): Problem {
  return { path, rule, message: `${path}: ${complaint}` };
}
