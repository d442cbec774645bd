import { Context } from '@temporalio/activity';
import DataLoader from 'dataloader';

/** Milliseconds that a step waits for others of its kind; little beside the second until the index is refreshed. */
const wait = 10;

/** Steps in one request at most. */
const most = 50;

/** Milliseconds that a request for several steps may take, as long as a local activity has. */
const timeLimit = 5_000;

/**
 * Lets what several workflows ask of a store at nearly the same time be one request, which costs the store hardly more
 * than the request of one alone.
 *
 * An attempt that is repeated is made alone: what makes a request fail must not fail its neighbours for ever.
 *
 * @param carryOut does what was asked for, and answers in the order of the inputs; what it throws, all of them have.
 * The signal says when nobody waits for it any more
 */
export function batched<Input, Output extends object>(
  carryOut: (inputs: readonly Input[], signal: AbortSignal) => Promise<readonly Output[]>,
): (input: Input) => Promise<Output> {
  const together = new DataLoader<Input, Output>(
    (inputs) => carryOut(inputs, AbortSignal.timeout(timeLimit)),
    { cache: false, maxBatchSize: most, batchScheduleFn: (begin) => setTimeout(begin, wait) },
  );
  return async (input) => {
    const { info, cancellationSignal } = Context.current();
    if (info.attempt === 1) return await together.load(input);
    const [output] = await carryOut([input], cancellationSignal);
    if (output === undefined) throw new TypeError('A step that was carried out alone has no output');
    return output;
  };
}
