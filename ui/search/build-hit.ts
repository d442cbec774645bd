import type { Build } from '../../schema/build.ts';

/** A build as a search finds it. Objects without members are not in the index. */
export interface BuildHit extends Partial<Build> {
  /** The id of the record. */
  readonly objectID: string;
  readonly _highlightResult?: unknown;
}

/** The value at a path such as `target.version`; undefined where there is none. */
export function valueAt(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isObject ? (value as Record<string, unknown>)[key] : undefined;
  }, object);
}

/** The same as text; empty where there is none. */
export function textAt(object: unknown, path: string): string {
  const value = valueAt(object, path);
  return value === undefined || value === null ? '' : String(value);
}

const groups = ['build', 'source', 'target', 'download'] as const;

/** The record as it was published, without what the search adds. */
export function recordOf(hit: BuildHit): Partial<Build> {
  return Object.fromEntries(groups.flatMap((group) => (hit[group] ? [[group, hit[group]]] : [])));
}
