/**
 * A text is not JSON. The message is the one of Python's `json.JSONDecodeError`, which the clients of the search API
 * have always seen: `Expecting value: line 1 column 1 (char 0)`.
 */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Place in the text, counted in code points from 0. */
  readonly position: number;

  /** `index` counts UTF-16 units of `text`, as JavaScript does; the message counts code points, as Python does. */
  constructor(reason: string, text: string, index: number) {
    const before = text.slice(0, index);
    const position = countCodePoints(before);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = countCodePoints(before.slice(lineStart)) + 1;
    super(`${reason}: line ${line} column ${column} (char ${position})`);
    this.reason = reason;
    this.position = position;
  }
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
