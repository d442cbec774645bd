/**
 * A text so escaped that every character stands for itself in regular expressions of both JavaScript, which SearchKit
 * makes of it, and Lucene.
 */
export function escapePattern(text: string): string {
  return text.replace(/[^A-Za-z0-9\s\u0080-\uffff]/g, '\\$&');
}

/**
 * The regular expression of Lucene for values that hold a text, in capitals or not.
 *
 * @param escaped what {@link escapePattern} gave
 */
export function facetValuePattern(escaped: string): string {
  const anyCase = escaped.replace(/\p{L}/gu, (letter) => {
    const cases = [...new Set([letter.toLowerCase(), letter.toUpperCase()])].filter(
      (one) => one.length === 1,
    );
    return cases.length > 1 ? `[${cases.join('')}]` : letter;
  });
  return `.*${anyCase}.*`;
}
