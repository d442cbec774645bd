const MAX_SHOWN_LENGTH = 100;

/** A value's text as it appears in a message: whole where it is short, else its beginning and its length. */
export function shorten(text: string): string {
  if (text.length <= MAX_SHOWN_LENGTH) return text;
  // Not through the middle of a pair, which would leave a lone surrogate in the message.
  const shown = text.slice(0, MAX_SHOWN_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${shown}... (${text.length} characters)`;
}
