/** Characters for private use that the API puts around what matched, as no value of a build holds them. */
const marked = /\uE000([^\uE001]*)\uE001/g;

/** A text with what matched marked. It is never parsed as HTML. */
export function Highlighted({ text }: { text: string }) {
  const parts = text.split(marked);
  if (parts.length === 1) return text;
  return parts.map((part, at) =>
    // The parts between the marks and those within alternate.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
    at % 2 === 1 ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
  );
}
