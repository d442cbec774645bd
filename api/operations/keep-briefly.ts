/**
 * Asks at most once in a while, however many pages look on: who asks meanwhile gets the same answer.
 *
 * @param milliseconds that an answer is good for; a failure is good for nothing
 */
export function keepBriefly<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    if (current) return current;
    const asked = ask();
    current = asked;
    asked.then(
      () => setTimeout(() => (current = undefined), milliseconds).unref(),
      () => {
        current = undefined;
      },
    );
    return asked;
  };
}

/**
 * The same for questions of several kinds, each told by its text.
 *
 * @param milliseconds that an answer is good for
 */
export function keepEachBriefly<Q, T>(
  milliseconds: number,
  ask: (question: Q) => Promise<T>,
): (question: Q) => Promise<T> {
  const known = new Map<string, () => Promise<T>>();
  return async (question) => {
    const text = JSON.stringify(question);
    const read = known.get(text) ?? keepBriefly(milliseconds, () => ask(question));
    known.set(text, read);
    try {
      return await read();
    } finally {
      setTimeout(() => known.delete(text), milliseconds).unref();
    }
  };
}
