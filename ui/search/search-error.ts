/** A search that did not succeed, with what the API says about it. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  /** Whether the search itself is at fault, so that the same again would fail again. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.isRefused = isRefused;
  }
}
