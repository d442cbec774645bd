import type { SearchResults } from 'algoliasearch-helper';
import type { BuildResult } from '../../api/searchkit/build-result.ts';
import type { Build } from '../../schema/build.ts';

/** A build as a search finds it. Objects without members are not in the index. */
export interface BuildHit extends Partial<Build> {
  /** The id of the record. */
  readonly objectID: string;
  readonly _highlightResult?: unknown;
}

/** The value at a path such as `target.version`; undefined if there is none. */
export function valueAt(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isObject ? (value as Record<string, unknown>)[key] : undefined;
  }, object);
}

/** The same as text; empty if there is none. A number keeps the digits that `keepDigits` has kept. */
export function textAt(object: unknown, path: string): string {
  const value = valueAt(object, path);
  if (JSON.isRawJSON?.(value)) return value.rawJSON;
  return value === undefined || value === null ? '' : String(value);
}

/** The values of fields, separated by spaces. */
export function describe(build: BuildHit, fields: readonly string[]): string {
  return fields
    .map((field) => textAt(build, field))
    .filter(Boolean)
    .join(' ');
}

/** What the API adds to InstantSearch's results. */
export function additionsOf(results: SearchResults): BuildResult {
  return results as unknown as BuildResult;
}

/** Whether a response has arrived; before that InstantSearch makes up results. */
export function hasResults(results: SearchResults): boolean {
  return !(results as { __isArtificial?: boolean }).__isArtificial;
}
