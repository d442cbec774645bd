/** A failure as Temporal keeps it. */
export interface Failure {
  readonly message?: string | null;
  readonly applicationFailureInfo?: { readonly type?: string | null } | null;
  readonly cause?: Failure | null;
}

/** Characters of a text; an error may hold a whole answer of a service. */
const maxLength = 4_000;

/** What went wrong, with its causes, in one text; null where nothing did. */
export function failureText(failure: Failure | null | undefined): string | null {
  const texts: string[] = [];
  for (let current = failure; current; current = current.cause) {
    const type = current.applicationFailureInfo?.type;
    const message = current.message || 'without a message';
    const text = type && type !== 'Error' ? `${type}: ${message}` : message;
    if (text !== texts.at(-1)) texts.push(text);
  }
  if (texts.length === 0) return null;
  const text = texts.join('; caused by ');
  return text.length > maxLength ? `${text.slice(0, maxLength).toWellFormed()}...` : text;
}
