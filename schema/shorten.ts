/** A value's text for a message: whole if it is short, else its beginning and its length. */
export function shorten(text: string, maxLength = 100): string {
  if (text.length <= maxLength) return text;
  // Not through the middle of a pair, which would leave a lone surrogate in the message.
  const shown = text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
  return `${shown}... (${text.length} characters)`;
}

/** A text of up to so many bytes of UTF-8: whole if it fits, else its beginning and an ellipsis. */
export function shortenToBytes(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  // Not through the middle of a character, which the decoder leaves out.
  const shown = new TextDecoder().decode(bytes.subarray(0, maxBytes - 3), { stream: true });
  return `${shown}…`;
}
