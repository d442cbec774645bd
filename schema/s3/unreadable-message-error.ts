import type { IgnoredRecord, S3ObjectWrite } from './s3-object-write.ts';

/**
 * A queue message, or a part of it, could not be understood. The message says what was wrong where. What could be
 * read of it is here as well, so that one odd record does not keep the other objects from being ingested: whoever
 * catches this keeps the message for a person to look at, and goes on with `objects`.
 */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
  /** Each complaint with its place, for example `Records[1].s3.bucket.name: is missing`. */
  readonly problems: readonly string[];
  readonly objects: readonly S3ObjectWrite[];
  readonly ignored: readonly IgnoredRecord[];

  constructor(
    problems: readonly string[],
    readable: { objects: readonly S3ObjectWrite[]; ignored: readonly IgnoredRecord[] } = {
      objects: [],
      ignored: [],
    },
  ) {
    super(`Unreadable message: ${problems.join('; ')}`);
    this.problems = problems;
    this.objects = readable.objects;
    this.ignored = readable.ignored;
  }
}
