import type { ActivityDependencies } from '../dependencies.ts';
import { makeImportRange } from './import-range.ts';
import { makeInspectSource } from './inspect-source.ts';

/** The activities of an import from a Buildhub2. */
export function makeImportActivities(dependencies: ActivityDependencies) {
  return {
    inspectSource: makeInspectSource(dependencies),
    importRange: makeImportRange(dependencies),
  };
}
