import type { ObjectSummary } from './ingest-object.ts';

/** Markdown for the Temporal UI: what came of each object of a message, and of which builds. */
export function describeSummary(
  { outcome, objects }: { readonly outcome: string; readonly objects: readonly ObjectSummary[] },
  problem?: string,
): string {
  const unreadable = problem === undefined ? [] : [`The message cannot be read: ${problem}`];
  return [`**${outcome}**`, ...unreadable, ...objects.map(describeObject)].join('\n\n');
}

/** Markdown for the Temporal UI while a service is away. */
export function describeDelay(reason: string): string {
  return `**retrying** until it succeeds; see the pending activity for attempts and the last error.\n\nFirst error: ${reason}`;
}

function describeObject({ bucket, key, etag, outcome, reason, builds }: ObjectSummary): string {
  return [
    `\`s3://${bucket}/${key}\`${etag ? ` (ETag ${etag})` : ''}: ${outcome}${reason ? `: ${reason}` : ''}`,
    ...builds.map(
      (build) =>
        `- ${build.product} ${build.version} ${build.channel} ${build.platform} ${build.locale}` +
        `${build.buildId ? `, build ${build.buildId}` : ''}: \`${build.hash}\`, id ${build.id}, ` +
        (build.created ? 'new' : 'known already'),
    ),
  ].join('\n');
}
