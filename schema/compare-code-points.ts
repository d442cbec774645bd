/**
 * Orders strings by Unicode code point, as Python does. JavaScript's `<` compares UTF-16 units, which puts an emoji
 * (units U+D800 to U+DFFF) before U+E000 to U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    if (a.charCodeAt(index) !== b.charCodeAt(index)) {
      // The strings can differ in the second half of a pair only; then the halves order as the whole would.
      return (a.codePointAt(index) ?? 0) - (b.codePointAt(index) ?? 0);
    }
  }
  return a.length - b.length;
}
