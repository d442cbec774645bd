import { readFileSync } from 'node:fs';
import type { Activities } from '../../activities/activities.ts';
import { readBuilds } from '../../schema/published-build.ts';

/**
 * Activities that do nothing: each returns at once what the real one would have returned for one and the same build.
 * So Temporal carries, and the workflow shows, as much as for a real one.
 *
 * @param onIndexed called at the end of each workflow's last activity
 */
export function emptyActivities(onIndexed: () => void): Activities {
  const text = readFileSync(
    new URL('../../schema/samples/firefox-68.0b7-linux-x86_64.json', import.meta.url),
    'utf8',
  );
  const builds = readBuilds(text);
  const etag = '0123456789abcdef0123456789abcdef';
  const steps: Partial<Activities> = {
    downloadObject: async () => ({ status: 'found', text, etag }),
    validateBuild: async () => ({ status: 'valid', builds }),
    insertBuilds: async () => builds.map(({ hash }) => ({ id: '1', hash, created: true, indexed: false })),
    indexBuilds: async () => {
      onIndexed();
      return { status: 'indexed' };
    },
    recordFailure: async () => undefined,
    readMessage: async () => ({ objects: [] }),
  };
  // Those of other workflows than ingestMessage are never called here.
  return steps as Activities;
}
