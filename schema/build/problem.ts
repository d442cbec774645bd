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
