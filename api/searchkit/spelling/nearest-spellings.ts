import { wordsOf } from '../word-query.ts';
import type { UnknownWord } from './look-up-words.ts';

/** Texts that are tried, altogether. */
const mostTexts = 9;

/**
 * A search text with its unknown words in the spellings that are closest to them, the most likely text first. Unknown
 * words without another spelling stay.
 */
export function nearestSpellings(text: string, unknown: readonly UnknownWord[]): string[] {
  let texts: readonly (readonly string[])[] = [wordsOf(text)];
  for (const { word, others } of unknown) {
    if (others.length === 0) continue;
    texts = others.flatMap((other) => texts.map((words) => words.with(word.at, other))).slice(0, mostTexts);
  }
  return unknown.some(({ others }) => others.length > 0) ? texts.map((words) => words.join(' ')) : [];
}
