import type { JsonObject } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** A character class, a quoted text (in which nothing is escaped), or an escaped character. */
const parts = /\[(?:\\[\s\S]|[^\]\\])*\]|"[^"]*"|\\[\s\S]/g;

/** `\d` in a regular expression becomes `d`, which it always meant. */
export const regexpEscapes: Rewrite = {
  reason:
    'A backslash made any character stand for itself in 6. Since 9 `\\d`, `\\w` and `\\s` are classes of characters and other letters after a backslash are an error.',
  query({ name, parameters }) {
    if (name !== 'regexp') return;
    for (const [field, value] of parameters) {
      if (typeof value === 'string') parameters.set(field, withoutEscapedLetters(value));
      else if (value instanceof Map) rewriteMember(value, 'value');
    }
  },
  aggregation({ parameters }) {
    rewriteMember(parameters, 'include');
    rewriteMember(parameters, 'exclude');
  },
};

function rewriteMember(object: JsonObject, name: string): void {
  const value = object.get(name);
  if (typeof value === 'string') object.set(name, withoutEscapedLetters(value));
}

function withoutEscapedLetters(pattern: string): string {
  return pattern.replace(parts, (part) =>
    part.startsWith('"')
      ? part
      : part.replace(/\\([\s\S])/g, (pair, escaped: string) => (/[a-zA-Z]/.test(escaped) ? escaped : pair)),
  );
}
