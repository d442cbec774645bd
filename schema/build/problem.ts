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

const MAX_SHOWN_LENGTH = 100;

/** A value's text as it appears in a message: whole where it is short, else its beginning and its length. */
export function shorten(text: string): string {
  if (text.length <= MAX_SHOWN_LENGTH) return text;
  // Not through the middle of a pair, which would leave a lone surrogate in the message.
  const shown = text.slice(0, MAX_SHOWN_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${shown}... (${text.length} characters)`;
}
