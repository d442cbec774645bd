/** A question that the API did not answer, with what it says about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }

  /** Whether the question itself is at fault, so that the same again would fail again. */
  get isRefused(): boolean {
    return this.status !== undefined && this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}
