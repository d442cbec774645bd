/** Names under which ids of a build travel in the input of an activity, and under which they are logged. */
const idNames = ['messageId', 'bucket', 'key'] as const;

/**
 * The ids in the first argument of an activity: SQS message, S3 object, hash of its first build. An activity on other
 * things has none, and is found by its workflow's id.
 */
export function idsOfActivity(args: readonly unknown[]): Record<string, string> {
  const [input] = args;
  if (typeof input !== 'object' || input === null) return {};
  const ids: Record<string, string> = {};
  for (const name of idNames) {
    const value = (input as Record<string, unknown>)[name];
    if (typeof value === 'string') ids[name] = value;
  }
  const hash = firstHash((input as { builds?: unknown }).builds);
  return hash === undefined ? ids : { ...ids, buildHash: hash };
}

function firstHash(builds: unknown): string | undefined {
  const hash: unknown = Array.isArray(builds) ? builds[0]?.hash : undefined;
  return typeof hash === 'string' ? hash : undefined;
}
