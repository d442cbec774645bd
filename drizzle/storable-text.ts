/**
 * Text that PostgreSQL can hold: NUL, which its `text` refuses, and lone surrogates, which are not Unicode, become
 * U+FFFD. For messages about bad input only; builds with such characters are refused instead.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
