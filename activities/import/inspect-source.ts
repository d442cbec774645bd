import { raiseBuildIds } from '../../drizzle/queries/build-ids.ts';
import { measureMainBuilds } from '../../drizzle/queries/main-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withSource } from './source.ts';

/** How large `main_build` is. */
export interface SourceSize {
  readonly rows: number;
  readonly largestId: string;
}

/** Looks at what there is to import, and keeps its ids free: builds that arrive meanwhile get ids beyond them. */
export function makeInspectSource({
  database,
  buildhub2DatabaseUrl,
}: Pick<ActivityDependencies, 'database' | 'buildhub2DatabaseUrl'>) {
  return async function inspectSource(): Promise<SourceSize> {
    const size = await withSource(buildhub2DatabaseUrl, measureMainBuilds);
    await raiseBuildIds(database, size.largestId);
    return size;
  };
}
