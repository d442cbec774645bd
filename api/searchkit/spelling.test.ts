import { describe, expect, it } from 'vitest';
import { nearestSpellings, type SpellingWord, spellingWords } from './spelling.ts';

describe('spellingWords', () => {
  it.each([
    ['fierfox 61.0 linux', ['fierfox', '61.0', 'linux']],
    ["'fierfox", []],
    ['fox -nigthly OR +aurroa NOT "nigthly" nig*', []],
    ['(fierfox OR thunderbrd)', ['fierfox', 'thunderbrd']],
    ['chanel:nightly channel:nigthly target.os:linx size:>1000', ['nigthly', 'linx']],
    ['https://archive.mozilla.org/pub', []],
    ['a'.repeat(101), []],
    ['word '.repeat(50), Array.from({ length: 8 }, () => 'word')],
  ])('of %j are %j', (text, values) => {
    expect(spellingWords(text).map(({ value }) => value)).toEqual(values);
  });

  it('are looked up in the field that is named, else in every one that a word can be in', () => {
    expect(spellingWords('channel:nigthly')[0]?.fields).toEqual(['target.channel']);
    expect(spellingWords('nigthly')[0]?.fields).toContain('target.channel');
    expect(spellingWords('nigthly')[0]?.fields).not.toContain('target.version');
  });

  it('are written as they were, but for the spelling', () => {
    const [word] = spellingWords('(channel:nigthly)');
    expect(word?.with('nightly', 'target.channel')).toBe('(channel:nightly)');
    const [tree] = spellingWords('mozila-central');
    expect(tree?.with('mozilla-central', 'source.tree')).toBe('tree:mozilla-central');
  });
});

describe('nearestSpellings', () => {
  const unknown = (text: string, at: number, others: string[]) => {
    const word = spellingWords(text).find((candidate) => candidate.at === at) as SpellingWord;
    return { word, others };
  };

  it('changes what is unknown and nothing else, the most likely first', () => {
    const text = 'fierfox  linux nigthly';
    expect(
      nearestSpellings(text, [unknown(text, 0, ['firefox']), unknown(text, 2, ['nightly', 'night'])]),
    ).toEqual(['firefox linux nightly', 'firefox linux night']);
  });

  it('has none where nothing is close', () => {
    expect(nearestSpellings('zzzz', [unknown('zzzz', 0, [])])).toEqual([]);
    expect(nearestSpellings('fennec', [])).toEqual([]);
  });
});
