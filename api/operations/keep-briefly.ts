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
