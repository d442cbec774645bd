import { buildHash } from '../../schema/build-hash.ts';
import { isJsonObject, type JsonValue, parseLossless } from '../../schema/lossless-json.ts';

/** The other half of a Firefox release and its beta twin. */
export interface Twin {
  readonly hash: string;
  /** What the other one is to this build. */
  readonly relation: 'beta twin' | 'release';
}

const otherChannel = { release: 'beta', beta: 'release' } as const;

/**
 * The hash that the twin of a build has, whether or not there is one: a Firefox release is ingested a second time as a
 * build on the beta channel (see `readBuilds`). Undefined for what is never a twin.
 *
 * @param buildText JSON of the build
 */
export function twinHash(buildText: string): Twin | undefined {
  const build = parseLossless(buildText);
  if (!isJsonObject(build) || !isJsonObject(build.source) || !isJsonObject(build.target)) return undefined;
  const { channel } = build.target;
  if (build.source.product !== 'firefox' || !isTwinned(channel)) return undefined;
  const twin = { ...build, target: { ...build.target, channel: otherChannel[channel] } };
  return { hash: buildHash(twin), relation: channel === 'release' ? 'beta twin' : 'release' };
}

function isTwinned(channel: JsonValue | undefined): channel is 'release' | 'beta' {
  return channel === 'release' || channel === 'beta';
}
