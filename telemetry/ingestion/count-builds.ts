import type { Activities } from '../../activities/activities.ts';

/** How many builds a completed activity has inserted and indexed. */
export interface BuildCounts {
  readonly inserted: number;
  readonly indexed: number;
}

type Input<Name extends keyof Activities> = Parameters<Activities[Name]>;
type Result<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

/** Reads the counts from what an activity was given and has returned; zero for one that does neither. */
export function countBuilds(activity: string, args: unknown[], result: unknown): BuildCounts {
  if (activity === ('insertBuilds' satisfies keyof Activities)) {
    const stored = result as Result<'insertBuilds'>;
    return { inserted: stored.filter(({ created }) => created).length, indexed: 0 };
  }
  if (activity === ('indexBuilds' satisfies keyof Activities)) {
    const [builds] = args as Input<'indexBuilds'>;
    const { status } = result as Result<'indexBuilds'>;
    return { inserted: 0, indexed: status === 'indexed' ? builds.length : 0 };
  }
  return { inserted: 0, indexed: 0 };
}
