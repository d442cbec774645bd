import type { BuildFilter } from '../builds/filter/build-filter.ts';
import { ApiProblem } from '../openapi/api-problem.ts';
import { type Alternatives, givenFields } from './latest-search.ts';

/** Values of one parameter that the message names; the answer has more. */
const shown = 15;

/** A 404 that says what was asked for, and what there is instead. */
export function nothingLatest(filter: BuildFilter, exists: Alternatives): ApiProblem {
  const asked = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(' or ') : value}`);
  const sentences = givenFields(filter).flatMap((name) => {
    const values = exists[name];
    if (values === undefined) return [];
    const more = values.length > shown ? `, and ${values.length - shown} more` : '';
    return [`With another ${name} there are: ${values.slice(0, shown).join(', ')}${more}.`];
  });
  const what =
    asked.length > 0 ? `There is no build with ${asked.join(', ')}.` : 'There are no builds at all.';
  return new ApiProblem(404, [what, ...sentences].join(' '), { details: { exists } });
}
