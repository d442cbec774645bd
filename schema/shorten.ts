/** A value's text for a message: whole if it is short, else its beginning and its length. */
export function shorten(text: string, maxLength = 100): string {
  if (text.length <= maxLength) return text;
  // Not through the middle of a pair, which would leave a lone surrogate in the message.
  const shown = text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
  return `${shown}... (${text.length} characters)`;
}
