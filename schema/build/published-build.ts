import { stringifyJson } from '../json/canonical-json.ts';
import { JsonSyntaxError } from '../json/json-syntax-error.ts';
import { type JsonObject, type JsonValue, memberAt } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { buildHash } from './build-hash.ts';
import { InvalidBuildError, problem } from './invalid-build-error.ts';
import { validateBuild } from './validate-build.ts';

/** A valid build, ready to be stored. Plain data, so that it can travel in Temporal's payloads. */
export interface PublishedBuild {
  /** Compact JSON with number tokens and key order as published, for a jsonb column. */
  text: string;
  /** Identity of the content, see `buildHash`. */
  hash: string;
  summary: BuildSummary;
}

/** What people recognise a build by. */
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
  if (problems.length > 0 || !(build instanceof Map)) throw new InvalidBuildError(problems);
  return isFirefoxRelease(build) ? [publish(build), publish(betaTwin(build))] : [publish(build)];
}

function parseBuild(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new InvalidBuildError([problem('(text)', 'json', `not JSON: ${error.message}`)], { cause: error });
  }
}

/** Exact and case-sensitive, as in Buildhub2: no other product and no ESR has a twin. */
function isFirefoxRelease(build: JsonObject): boolean {
  return (
    memberAt(build, 'source', 'product') === 'firefox' && memberAt(build, 'target', 'channel') === 'release'
  );
}

function betaTwin(build: JsonObject): JsonObject {
  const target = build.get('target');
  return new Map(build).set('target', new Map(target instanceof Map ? target : []).set('channel', 'beta'));
}

function publish(build: JsonObject): PublishedBuild {
  return { text: stringifyJson(build), hash: buildHash(build), summary: summarise(build) };
}

function summarise(build: JsonObject): BuildSummary {
  const buildId = memberAt(build, 'build', 'id');
  return {
    product: textAt(build, 'source', 'product'),
    version: textAt(build, 'target', 'version'),
    channel: textAt(build, 'target', 'channel'),
    platform: textAt(build, 'target', 'platform'),
    locale: textAt(build, 'target', 'locale'),
    ...(typeof buildId === 'string' ? { buildId } : {}),
  };
}

function textAt(build: JsonObject, ...keys: string[]): string {
  const value = memberAt(build, ...keys);
  if (typeof value !== 'string') throw new TypeError(`A valid build has a string at ${keys.join('.')}`);
  return value;
}
