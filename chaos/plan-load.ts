import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { Random } from '../stack/samples/random.ts';

/** A write or a deletion of an object, `at` seconds after the start of the run. */
export interface Change {
  readonly at: number;
  readonly key: string;
  /** The new content; undefined deletes the object. */
  readonly body: string | undefined;
  /** Seconds after the write at which its event is sent, one for each time that it is; none if S3 loses it. */
  readonly events: readonly number[];
}

/** What happens in the bucket and the queue while faults come and go. */
export interface Load {
  /** In order of time. */
  readonly changes: readonly Change[];
  /** Messages that are not S3 events, and when they are sent. */
  readonly unreadable: readonly { readonly at: number; readonly body: string }[];
}

export interface LoadOptions {
  readonly seed: number;
  /** Different builds that are published. */
  readonly builds: number;
  /** Seconds over which they are spread. */
  readonly length: number;
  /** Percentage of objects whose event is lost, so that only a backfill or a reconciliation finds them. */
  readonly silent: number;
}

/** More than any limit on the size of an object. */
const hugeBytes = 1_200_000;

/**
 * Plans the load; the same options give the same. Most objects are new builds with one event each. Among them are equal
 * bytes under several keys, objects that are written again or deleted, invalid, truncated and huge ones, and events that
 * come twice, late, in another order, or not at all.
 */
export function planLoad({ seed, builds, length, silent }: LoadOptions): Load {
  const random = new Random(seed);
  const chance = (percentage: number) => random.integer(1, 100) <= percentage;
  const seconds = (from: number, to: number) => random.integer(from * 10, to * 10) / 10;
  const changes: Change[] = [];
  const events = (): number[] => {
    if (chance(silent)) return [];
    if (chance(10)) return [0, ...Array.from({ length: random.integer(1, 2) }, () => seconds(0, 15))];
    return [chance(10) ? seconds(5, 40) : 0];
  };
  const samples = generateBuilds(builds, new Date('2026-01-01T00:00:00Z'), seed);
  for (const { key, body } of samples) {
    const at = seconds(0, length);
    const kind = random.integer(1, 100);
    const write = (change: Partial<Change> = {}) =>
      changes.push({ at, key, body, events: events(), ...change });
    if (kind <= 10) {
      // Nightlies are published under a dated key and under those of the latest ones.
      write();
      for (let copy = random.integer(1, 2); copy > 0; copy--)
        write({ key: key.replace(/[^/]*$/, (name) => `latest-${copy}/${name}`), at: at + seconds(0, 3) });
    } else if (kind <= 20) {
      // Written again: from wrong to right, from right to wrong, or to another build.
      const other = random.pick([broken(body, random), anotherBuild(body), anotherBuild(body)]);
      const bodies = chance(50) ? [body, other] : [other, body];
      const isReordered = chance(40);
      const gap = chance(50) ? seconds(0, 2) : seconds(0, 20);
      write({ body: bodies[0], ...(isReordered && { events: [gap + seconds(1, 5)] }) });
      write({ body: bodies[1], at: at + gap, ...(isReordered && { events: [0] }) });
    } else if (kind <= 25) {
      write();
      changes.push({ at: at + seconds(0, 20), key, body: undefined, events: [] });
    } else if (kind <= 33) {
      write({ body: broken(body, random) });
    } else write();
  }
  const unreadable = Array.from({ length: Math.ceil(builds / 200) }, (_, index) => ({
    at: seconds(0, length),
    body: `This is message ${index} of seed ${seed}, and no event`,
  }));
  return { changes: changes.sort((a, b) => a.at - b.at), unreadable };
}

/** Content that is not a valid build. */
function broken(body: string, random: Random): string {
  return random.pick([
    body.slice(0, random.integer(1, body.length - 2)),
    body.replace(/"product": "[^"]*"/, '"product": 7'),
    '{"build": {}}',
    random.integer(1, 4) === 1 ? `{"filler": "${'x'.repeat(hugeBytes)}"}` : '[]',
  ]);
}

/** A valid build that differs from this one. */
function anotherBuild(body: string): string {
  return body.replace(/"revision": "\w{4}/, '"revision": "0000');
}
