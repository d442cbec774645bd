import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { limits } from './allow-list/limits.ts';
import { AnswerBytes } from './answer-bytes.ts';
import { SearchRefusal } from './search-refusal.ts';

const text = ({ bytes }: AnswerBytes) => Buffer.from(bytes).toString();
const read = (...chunks: string[]) =>
  AnswerBytes.read(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

describe('AnswerBytes', () => {
  it.each([
    ['nothing', []],
    ['one piece', ['{"hits":1}']],
    ['several', ['{"hi', 'ts"', ':1}']],
    [
      'pieces beyond the memory that there was',
      ['a'.repeat(60_000), 'b'.repeat(60_000), 'c'.repeat(600_000)],
    ],
  ])('reads %s', async (_what, chunks) => {
    using answer = await read(...chunks);
    expect(text(answer)).toBe(chunks.join(''));
  });

  it('keeps answers apart that are held at the same time, and takes the memory of one that is not', async () => {
    using first = await read('first');
    const second = await read('second');
    expect([text(first), text(second)]).toEqual(['first', 'second']);
    second[Symbol.dispose]();
    // Once more must not give it to two.
    second[Symbol.dispose]();
    using third = await read('third');
    using fourth = await read('fourth');
    expect([first, third, fourth].map(text)).toEqual(['first', 'third', 'fourth']);
    expect(third.bytes.buffer).toBe(second.bytes.buffer);
    expect(third.bytes.buffer).not.toBe(first.bytes.buffer);
  });

  it('takes the memory of one that was cut off', async () => {
    const former = await read('former');
    const { buffer } = former.bytes;
    former[Symbol.dispose]();
    const cutOff = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('cut off');
      })(),
    );
    await expect(AnswerBytes.read(cutOff)).rejects.toThrow('cut off');
    using next = await read('next');
    expect(next.bytes.buffer).toBe(buffer);
  });

  it('refuses what is larger than an answer may be, without reading it all', async () => {
    let chunks = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          chunks++;
          yield Buffer.alloc(1_000_000);
        }
      })(),
    );
    await expect(AnswerBytes.read(endless)).rejects.toThrow(SearchRefusal);
    expect(chunks).toBeLessThan(limits.answerBytes / 1_000_000 + 20);
  });
});
