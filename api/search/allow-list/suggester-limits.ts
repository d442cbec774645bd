import type { JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';
import { limits } from './limits.ts';
import { numberOf } from './number-of.ts';

/** Counts suggesters and measures what they ask for: the time limit of a search does not reach them. */
export function suggesterLimits(): SearchVisitor {
  let suggesters = 0;
  return {
    suggester(name, suggester) {
      suggesters++;
      if (suggesters > limits.suggesters) {
        throw refuse(`Too many suggesters in one search: at most ${limits.suggesters} are allowed`, 'limit');
      }
      checkValue(suggester, name);
    },
  };
}

function checkValue(value: JsonValue, name: string): void {
  if (Array.isArray(value)) {
    if (value.length > limits.suggesters)
      throw refuse(
        `The suggester \`${name}\` has a list that is too long: at most ${limits.suggesters}`,
        'limit',
      );
    for (const item of value) checkValue(item, name);
  } else if (value instanceof Map) {
    for (const member of value.values()) checkValue(member, name);
  } else if (typeof value === 'string' && value.length > limits.suggestTextLength) {
    throw refuse(
      `The suggester \`${name}\` has a text that is too long (${value.length} characters): at most ${limits.suggestTextLength} are allowed`,
      'limit',
    );
  } else {
    const number = numberOf(value);
    if (number !== undefined && typeof value !== 'string' && number > limits.suggestEffort)
      throw refuse(
        `The suggester \`${name}\` asks for too much (${number}): at most ${limits.suggestEffort} is allowed`,
        'limit',
      );
  }
}
