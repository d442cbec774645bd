import { withoutPasswords } from '../config/without-passwords.ts';

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** Such as `ECONNREFUSED` or an SQL state. */
  readonly code?: string;
  readonly status?: number;
  /** The few places in this project's own code that it passed, newest first. */
  readonly at?: string[];
  readonly cause?: DescribedError;
  /** Of an AggregateError, such as one for each address that was tried. */
  readonly errors?: DescribedError[];
}

/** Characters of a message that are logged; an SQL statement in it can be as long as a build. */
const longestMessage = 1_000;
const mostFrames = 4;
const deepest = 4;

/**
 * An error in the form of a log line: type, message without passwords, code and causes. Of the stack only frames outside
 * of node_modules and Node are kept, and none of the objects that clients attach (requests, responses, sockets).
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: shorten(String(error)) };
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const status = statusOf(error) || undefined;
  const at = depth === 0 ? ownFrames(error.stack ?? '') : [];
  const isDeeper = depth < deepest;
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: shorten(error.message),
    ...(typeof code === 'string' && { code }),
    ...(status !== undefined && { status }),
    ...(isDeeper &&
      Array.isArray(errors) && { errors: errors.slice(0, 5).map((one) => describeError(one, depth + 1)) }),
    ...(isDeeper && cause !== undefined && !says(error, cause) && { cause: describeError(cause, depth + 1) }),
    ...(at.length > 0 && { at }),
  };
}

/** Clients wrap an error in one that says the same. */
function says({ message }: Error, cause: unknown): boolean {
  return cause instanceof Error && cause.message === message && !('code' in cause);
}

/** AWS's and Elasticsearch's clients keep it in different places. */
function statusOf(error: Error): number | undefined {
  const { $metadata, meta } = error as {
    $metadata?: { httpStatusCode?: number };
    meta?: { statusCode?: number | null };
  };
  return $metadata?.httpStatusCode ?? meta?.statusCode ?? undefined;
}

function ownFrames(stack: string): string[] {
  return stack
    .split('\n')
    .flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? [])
    .filter((frame) => !/node_modules|node:|<anonymous>\)?$|\[nodejs/.test(frame))
    .slice(0, mostFrames)
    .map((frame) => frame.replace('file://', ''));
}

function shorten(text: string): string {
  const shown = withoutPasswords(text.slice(0, longestMessage));
  return text.length <= longestMessage ? shown : `${shown} ... (${text.length} characters)`;
}
