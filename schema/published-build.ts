import { buildHash } from './build-hash.ts';
import { isJsonObject, type JsonObject, type JsonValue, memberAt, parseLossless } from './lossless-json.ts';
import { InvalidBuildError, validateBuild } from './validate-build.ts';

/** A valid build, ready to be stored. Plain data, so that it can travel in Temporal's payloads. */
export interface PublishedBuild {
  /** Compact JSON with numbers and key order as published, for a jsonb column. */
  text: string;
  /** Identity of the content, see `buildHash`. */
  hash: string;
  summary: BuildSummary;
}

export interface BuildSummary {
  product: string;
  version: string;
  channel: string;
  platform: string;
  locale: string;
  buildId?: string;
}

/**
 * Reads the text of a buildhub.json. The build itself comes first; a Firefox release has a second, the same with
 * channel `beta`, as release candidates ship to the beta channel too (Bugzilla 1470948).
 *
 * @throws {InvalidBuildError} with every reason why the text is not a build that can be stored.
 */
export function readBuilds(text: string): PublishedBuild[] {
  const build = parseBuild(text);
  const problems = validateBuild(build);
  if (problems.length > 0 || !isJsonObject(build)) throw new InvalidBuildError(problems);
  const twin = betaTwin(build);
  return twin === undefined ? [publish(build)] : [publish(build), publish(twin)];
}

function parseBuild(text: string): JsonValue {
  try {
    return parseLossless(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidBuildError([`(text): not JSON: ${error.message}`], { cause: error });
  }
}

/** Product and channel have to be exact, as in Buildhub2: no other product and no ESR has a twin. */
function betaTwin(build: JsonObject): JsonObject | undefined {
  const { source, target } = build;
  if (!isJsonObject(source) || !isJsonObject(target)) return undefined;
  if (source.product !== 'firefox' || target.channel !== 'release') return undefined;
  return { ...build, target: { ...target, channel: 'beta' } };
}

function publish(build: JsonObject): PublishedBuild {
  return { text: JSON.stringify(build), hash: buildHash(build), summary: summarise(build) };
}

function summarise(build: JsonObject): BuildSummary {
  // A valid build has these texts.
  const textAt = (...path: string[]) => memberAt(build, ...path) as string;
  const buildId = memberAt(build, 'build', 'id');
  return {
    product: textAt('source', 'product'),
    version: textAt('target', 'version'),
    channel: textAt('target', 'channel'),
    platform: textAt('target', 'platform'),
    locale: textAt('target', 'locale'),
    ...(typeof buildId === 'string' ? { buildId } : {}),
  };
}
