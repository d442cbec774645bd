import type { Readable } from 'node:stream';
import { limits } from './allow-list/limits.ts';
import { refuse, type SearchRefusal } from './search-refusal.ts';

/** Bytes of memory for an answer: at first, and at most where it is kept for the next one. */
const [least, mostKept] = [64 * 1024, 4 * 1024 * 1024];

/** How many are kept: as many answers as are likely to arrive at once. */
const keptBuffers = 8;

/** Memory that no answer is in at the moment. */
const kept: Buffer[] = [];

/**
 * An answer of Elasticsearch in memory that serves the next answer once this one is disposed of. V8 collects garbage by
 * how much memory outside its heap was asked for: with new memory for each answer, those of 500 builds make it spend
 * two fifths of its time on that.
 */
export class AnswerBytes implements Disposable {
  /** Of use only until this is disposed of. */
  readonly bytes: Uint8Array;
  readonly #memory: Buffer;
  #isGone = false;

  /**
   * Reads an answer to its end.
   *
   * @throws {SearchRefusal} for one of more than `limits.answerBytes`
   */
  static async read(stream: Readable): Promise<AnswerBytes> {
    let memory = kept.pop() ?? Buffer.allocUnsafeSlow(least);
    try {
      let length = 0;
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        const end = length + chunk.length;
        if (end > limits.answerBytes) throw tooLarge();
        if (end > memory.length) {
          const larger = Buffer.allocUnsafeSlow(grown(end));
          memory.copy(larger, 0, 0, length);
          memory = larger;
        }
        memory.set(chunk, length);
        length = end;
      }
      return new AnswerBytes(memory, length);
    } catch (error) {
      keep(memory);
      throw error;
    }
  }

  private constructor(memory: Buffer, length: number) {
    this.#memory = memory;
    this.bytes = memory.subarray(0, length);
  }

  [Symbol.dispose](): void {
    if (this.#isGone) return;
    this.#isGone = true;
    keep(this.#memory);
  }
}

function keep(memory: Buffer): void {
  if (kept.length < keptBuffers && memory.length <= mostKept) kept.push(memory);
}

/** Memory for what needs more than there is: twice of it, but no more than can be kept, or be filled, if that will do. */
function grown(needed: number): number {
  return Math.min(2 * needed, needed <= mostKept ? mostKept : limits.answerBytes);
}

function tooLarge(): SearchRefusal {
  return refuse(
    `The answer is larger than ${limits.answerBytes} bytes. Ask for fewer hits or buckets, or for less of each with \`_source\`.`,
    'limit',
  );
}
