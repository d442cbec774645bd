/** JSON that is written as it stands: a build from PostgreSQL, whose numbers must keep their digits. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/g;

/**
 * Ordinary JavaScript values with ready JSON among them, in the style of the rest of the API: `, ` and `: ` as
 * separators, as jsonb has them too, and ASCII only. Members that are undefined are left out.
 */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return ascii(value.text);
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [`${ascii(JSON.stringify(name))}: ${writeJson(member)}`],
    );
    return `{${members.join(', ')}}`;
  }
  return ascii(JSON.stringify(value) ?? 'null');
}

/** Outside of its texts JSON is ASCII, so escapes can go anywhere else. */
function ascii(json: string): string {
  return json.replace(
    NOT_PRINTABLE_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
