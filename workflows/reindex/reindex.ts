import { ApplicationFailure, CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { DropIndexesInput, Preparation } from '../../activities/reindex/index-lifecycle.ts';
import type { IdRange } from '../../drizzle/queries/build-walks.ts';
import { isMassDeletion } from '../mass-deletion.ts';
import type { Progress } from '../progress.ts';
import { type Carried, RunControl } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';
import {
  countCaughtUp,
  countChecked,
  countFilled,
  measureReindex,
  newReindexState,
  type ReindexState,
} from './reindex-state.ts';

/** Passes of catching up before the swap: ingestion is far slower than they are, so the second finds next to nothing. */
const maxPasses = 5;

/** A pass that wrote no more than this was short enough to be the last. */
const fewDocuments = 100;

const plannedRanges = 50;

/** Seconds that a range takes at the rate limit, so that what is written comes in small portions. */
const rangeSeconds = 2;

export interface ReindexInput {
  /** Documents that are written per second while the index is filled; no limit by default. */
  readonly rateLimit?: number | undefined;
  /** Ranges that are dealt with at the same time; 3 by default. */
  readonly concurrency?: number | undefined;
  /** Rows of a range, 10,000 by default: what is repeated after a crash, and what a pause waits for. */
  readonly rangeSize?: number | undefined;
  /** Merge the index into so many segments before it goes live; not at all by default. */
  readonly segments?: number | undefined;
  /**
   * Builds that may be missing although they can be searched now; none by default, or documents without a build if they
   * are not a {@link isMassDeletion}.
   */
  readonly tolerated?: number | undefined;
  /** Events of the history after which the workflow continues as new; 2,000 by default. */
  readonly maxHistory?: number | undefined;
}

export interface RollBackInput extends ReindexInput {
  /** The index to return to; the one that was live last, if none is named. */
  readonly index?: string | undefined;
  /** Swap first and catch up then: for when the live index is unusable, and old builds now are better than none. */
  readonly isAtOnce?: boolean | undefined;
}

/**
 * Rebuilds the index from PostgreSQL, beside the live one, while searches and ingestion continue.
 *
 * Makes the next numbered index, fills it range by range, lets it catch up with what has arrived meanwhile, compares
 * it with the table, moves the alias to it in one request, and lets it catch up with what was written to the index
 * before until then (why nothing can be missed: see `catchUp`). The index before is kept for a roll-back.
 *
 * Cancelled before the swap, it removes what it has filled. If it fails, the index stays, marked as unfinished, and the
 * next reindex removes it. In both cases the live index was never touched. Once the swap has begun it is finished.
 *
 * @throws {ApplicationFailure} of type `IndexDiffers` if builds would be missing
 */
export async function reindex(input: ReindexInput = {}, carried?: Carried<ReindexState>): Promise<Progress> {
  const kind: Kind = {
    isNew: true,
    prepare: () => shortSteps.prepareNewIndex(),
    continueWith: (next) => continueAsNew<typeof reindex>(input, next),
  };
  return await new ReindexRun(kind, input, carried).run();
}

/**
 * Returns to a former index, which by then has caught up with what arrived since it was live. The index that was live is
 * kept in turn.
 *
 * @throws {ApplicationFailure} of type `NoSuchIndex`; `IndexDiffers` as {@link reindex} does
 */
export async function rollBack(
  input: RollBackInput = {},
  carried?: Carried<ReindexState>,
): Promise<Progress> {
  const { index, isAtOnce = false } = input;
  const kind: Kind = {
    isNew: false,
    prepare: () => shortSteps.prepareFormerIndex(index === undefined ? {} : { index }),
    continueWith: (next) => continueAsNew<typeof rollBack>(input, next),
  };
  const run = new ReindexRun(kind, input, carried);
  return isAtOnce ? await run.runAtOnce() : await run.run();
}

/**
 * Deletes indexes that are not live, one after another. A workflow, so that it takes turns with reindexes and roll-backs,
 * whose id it shares, and so that Temporal has a record of it.
 *
 * @throws {ApplicationFailure} of type `NoSuchIndex` if one is live or does not exist; then nothing is deleted
 */
export async function dropIndexes(input: DropIndexesInput): Promise<Progress> {
  const dropped: string[] = [];
  const control = new RunControl({
    ...{ firstPhase: 'dropping', unit: 'indexes' },
    measure: () => ({
      done: dropped.length,
      facts: dropped.map((name, at) => ({ label: `Dropped ${at + 1}`, value: name })),
    }),
  });
  return await control.run(async () => {
    for (const name of await shortSteps.chooseIndexes(input))
      await control.step(async () => {
        await shortSteps.dropIndex(name);
        dropped.push(name);
      });
  });
}

interface Kind {
  readonly prepare: () => Promise<Preparation>;
  /** Whether the index is made by this workflow, and is removed if it is cancelled. */
  readonly isNew: boolean;
  readonly continueWith: (carried: Carried<ReindexState>) => Promise<never>;
}

class ReindexRun {
  readonly #kind: Kind;
  readonly #input: ReindexInput;
  readonly #state: ReindexState;
  readonly #control: RunControl;

  constructor(kind: Kind, input: ReindexInput, carried: Carried<ReindexState> | undefined) {
    const { rateLimit = null, maxHistory = 2_000 } = input;
    this.#kind = kind;
    this.#input = input;
    this.#state = carried?.state ?? newReindexState();
    this.#control = new RunControl({
      ...{ firstPhase: 'preparing', unit: 'rows', rateLimit, maxHistory, carried: carried?.control },
      measure: () => measureReindex(this.#state),
    });
  }

  async run(): Promise<Progress> {
    return await this.#control.run(async () => {
      try {
        await this.#fill();
      } catch (error) {
        // A step that fails while it is cancelled is reported by Temporal with its failure, not with the cancellation.
        if (isCancellation(error) || CancellationScope.current().consideredCancelled) await this.#discard();
        throw error;
      }
      const { since } = this.#state;
      await CancellationScope.nonCancellable(() => this.#swap({ retiredAt: since, since, catchesUp: true }));
    });
  }

  async runAtOnce(): Promise<Progress> {
    return await this.#control.run(() =>
      CancellationScope.nonCancellable(async () => {
        const preparation = await this.#kind.prepare();
        const { since, to, now: retiredAt } = preparation;
        if (since === undefined) {
          throw ApplicationFailure.nonRetryable(
            `It is not known since when ${to} is not live, so it cannot be returned to at once.`,
            'NoSuchIndex',
          );
        }
        this.#state.preparation = preparation;
        await this.#swap({ retiredAt, since, catchesUp: false });
      }),
    );
  }

  /** All that comes before the swap, and can be paused and cancelled. */
  async #fill(): Promise<void> {
    const state = this.#state;
    const control = this.#control;
    const preparation = state.preparation ?? (await this.#prepare());
    if (control.phase === 'filling') {
      await this.#walk(preparation.upTo, async (range) => {
        countFilled(state, await longSteps.fillRange(range));
      });
      control.enter('catching-up');
    }
    if (control.phase === 'catching-up') {
      await this.#catchUp();
      state.fillSeconds = (Date.now() - control.startedAt) / 1_000;
      control.enter('finishing');
    }
    if (control.phase === 'finishing') {
      const { segments } = this.#input;
      await control.step(() => longSteps.finishIndex({ index: preparation.to, segments }));
      this.#enterWalk('checking');
    }
    await this.#walk(state.upTo, async (range) => {
      countChecked(state, await longSteps.checkRange({ ...range, since: state.since }));
    });
    this.#requireComplete();
    await this.#catchUp();
    await control.untilResumed();
  }

  async #prepare(): Promise<Preparation> {
    const preparation = await this.#control.step(this.#kind.prepare);
    const { since, now } = preparation;
    this.#state.preparation = preparation;
    this.#state.since = since ?? now;
    if (since === undefined) this.#enterWalk('filling');
    else this.#control.enter('catching-up');
    return preparation;
  }

  #enterWalk(phase: 'filling' | 'checking'): void {
    this.#state.cursor = '0';
    this.#state.walked = 0;
    this.#control.enter(phase, true);
  }

  /**
   * Walks through the table, several ranges at a time, from the position in the state. While the index is filled, at the rate
   * limit: if that changes, what is planned ahead is planned again. Continues as new when it is time for that.
   */
  async #walk(upTo: string, action: (range: IdRange) => Promise<void>): Promise<void> {
    const state = this.#state;
    const control = this.#control;
    const { concurrency = 3, rangeSize = 10_000 } = this.#input;
    for (;;) {
      if (control.isLong) await this.#kind.continueWith({ state, control: await control.handOver() });
      const limit = control.phase === 'filling' ? control.rateLimit : null;
      const size = limit === null ? rangeSize : Math.min(rangeSize, Math.ceil(limit * rangeSeconds));
      const ranges = await shortSteps.planRanges({ after: state.cursor, upTo, size, count: plannedRanges });
      if (ranges.length === 0) return;
      const { limitChanges } = control;
      let last = state.cursor;
      const workSlot = async () => {
        while (control.limitChanges === limitChanges) {
          const range = ranges.shift();
          if (!range) return;
          last = range.upTo;
          if (control.phase === 'filling') await control.untilAllowed(range.rows);
          await control.step(async () => {
            await action({ after: range.after, upTo: range.upTo });
            state.walked += range.rows;
          });
        }
      };
      await Promise.all(Array.from({ length: concurrency }, workSlot));
      // Ranges are taken in order and each that is taken is done.
      state.cursor = last;
    }
  }

  async #catchUp(): Promise<void> {
    const state = this.#state;
    for (let passes = 0; passes < maxPasses; passes++) {
      const pass = await this.#control.step(() => longSteps.catchUp({ into: 'filling', since: state.since }));
      countCaughtUp(state, pass);
      state.since = pass.since;
      state.upTo = pass.upTo;
      if (pass.documents <= fewDocuments) return;
    }
  }

  #requireComplete(): void {
    const { preparation, checked, refused } = this.#state;
    const { tolerated = 0 } = this.#input;
    if (!preparation) return;
    const { from, to, documents } = preparation;
    const without = documents - checked.documents;
    const fault =
      checked.missing > tolerated
        ? `${checked.missing} builds that can be searched are missing in ${to}, ${refused} were refused.`
        : without > tolerated && isMassDeletion(without, documents)
          ? `${from} has ${documents} documents, and ${to} only ${checked.documents}: is DATABASE_URL right?`
          : undefined;
    if (fault === undefined) return;
    throw ApplicationFailure.nonRetryable(
      `${fault} ${from} stays live. See the report, and fix the cause or tolerate the difference.`,
      'IndexDiffers',
    );
  }

  async #discard(): Promise<void> {
    const { preparation } = this.#state;
    if (!preparation) return;
    const { isNew } = this.#kind;
    await CancellationScope.nonCancellable(() => shortSteps.discardIndex({ index: preparation.to, isNew }));
  }

  /**
   * Swaps the index, and lets it catch up with what was written to the other one until then.
   *
   * @param retiredAt a moment before the swap, for the index that retires
   * @param since what the index that becomes live has to catch up from
   * @param catchesUp whether it does so just before the swap, too, so that a search finds no less than before
   */
  async #swap(moments: { readonly retiredAt: string; readonly since: string; readonly catchesUp: boolean }) {
    const { retiredAt, since, catchesUp } = moments;
    const state = this.#state;
    const { from, to = '' } = state.preparation ?? {};
    this.#control.seal('The swap has begun, and will be finished.');
    this.#control.enter('swapping');
    const { passes, ...swapped } = await longSteps.swapIndex({ from, to, since: retiredAt, catchesUp });
    state.swapped = swapped;
    for (const pass of passes) countCaughtUp(state, pass);
    countCaughtUp(state, await longSteps.catchUp({ into: 'live', since: passes.at(-1)?.since ?? since }));
  }
}
