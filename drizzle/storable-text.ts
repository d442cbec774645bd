/**
 * Text that PostgreSQL can hold: NUL, which its `text` refuses, and lone surrogates, which are not Unicode, become
 * U+FFFD. For messages about bad input only; builds with such characters are refused instead.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** A value as JSON that PostgreSQL can hold as jsonb, see {@link storableText}. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_, member) => (typeof member === 'string' ? storableText(member) : member));
}
