import { Context } from '@temporalio/activity';
import DataLoader from 'dataloader';

/** Milliseconds that a step waits for others of its kind; little beside the second until the index is refreshed. */
const wait = 10;

/** Maximum number of steps in one request. */
const maxSteps = 50;

/** Milliseconds that a request for several steps may take: as long as a local activity may. */
const timeLimit = 5_000;

/**
 * Puts what several workflows ask of a store at nearly the same time into one request, which costs the store hardly more
 * than the request of one alone.
 *
 * A repeated attempt runs alone: an input that makes the request fail must not fail its neighbours indefinitely.
 *
 * @param carryOut does the work and returns results in the order of the inputs; a rejection rejects every caller. The
 * signal aborts when no caller is waiting
 */
export function batched<Input, Output extends object>(
  carryOut: (inputs: readonly Input[], signal: AbortSignal) => Promise<readonly Output[]>,
): (input: Input) => Promise<Output> {
  const together = new DataLoader<Input, Output>(
    (inputs) => carryOut(inputs, AbortSignal.timeout(timeLimit)),
    { cache: false, maxBatchSize: maxSteps, batchScheduleFn: (begin) => setTimeout(begin, wait) },
  );
  return async (input) => {
    const { info, cancellationSignal } = Context.current();
    if (info.attempt === 1) return await together.load(input);
    const [output] = await carryOut([input], cancellationSignal);
    if (output === undefined) throw new TypeError('A step that was carried out alone has no output');
    return output;
  };
}
