import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  condition,
  defineQuery,
  defineUpdate,
  isCancellation,
  rootCause,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { addSample, type Fact, type Progress, progressMarkdown, rateOf, type Sample } from './progress.ts';
import { searchAttributes } from './search-attributes.ts';
import { shortSteps } from './steps.ts';

/*
 * What can be asked of a long operation while it runs. To cancel it, cancel the workflow: it finishes what it has begun,
 * and its last progress is its report.
 */

export const progressQuery = defineQuery<Progress>('progress');

/** Begins nothing more until it is resumed. */
export const pauseUpdate = defineUpdate<Progress>('pause');

export const resumeUpdate = defineUpdate<Progress>('resume');

/** Exceeds no more than so many units per second from now on; null for no limit. */
export const setRateLimitUpdate = defineUpdate<Progress, [number | null]>('setRateLimit');

/** Milliseconds between two writes of the memo, each of which is an event of the history. */
const memoInterval = 30_000;

/** Milliseconds that a rate limit makes up for, since Temporal's timers are good to about a second. */
const credit = 2_000;
const shortestWait = 1_000;

export interface Work {
  readonly done: number;
  readonly total?: number | undefined;
  /** From 0 to 1, if it is known by something else than `done` and `total`. */
  readonly share?: number | undefined;
  readonly facts: readonly Fact[];
  /** What a person has to look at once it is done. */
  readonly problem?: string | undefined;
  /** See {@link Progress.repair}. */
  readonly repair?: Progress['repair'] | undefined;
}

type End = Pick<Progress, 'phase' | 'problem' | 'repair'>;

interface ControlState {
  /** Milliseconds since 1970, by Temporal's clock. */
  readonly startedAt: number;
  readonly phase: string;
  readonly isPaused: boolean;
  readonly rateLimit: number | null;
  readonly samples: readonly Sample[];
}

/** What a run hands to the next one: where the operation stands, and the state of its control. */
export interface Carried<State> {
  readonly state: State;
  readonly control: ControlState;
}

export interface ControlSettings {
  readonly firstPhase: string;
  readonly unit: string;
  readonly dryRun?: boolean;
  /** Units per second at the start, null for no limit; undefined if the operation takes none. */
  readonly rateLimit?: number | null;
  /** Events of the history after which the run continues as new; if Temporal suggests it by default. */
  readonly maxHistory?: number | undefined;
  readonly measure: () => Work;
  /** Called at the end, whatever it is: lets go of what only the operation needed. */
  readonly cleanUp?: () => Promise<void>;
  readonly carried?: ControlState | undefined;
}

/**
 * Lets operators see and control a long operation: progress by query, memo, current details and search attribute; pause,
 * resume and rate limit by update; a report of whatever end it comes to.
 *
 * It is one for all operations, so an operation is written as if it ran undisturbed: it wraps what it does in
 * {@link step}, reads {@link isLong} when it could continue as new, and the rest happens here.
 */
export class RunControl {
  readonly #settings: ControlSettings;
  #state: ControlState;
  /** Why it can no longer be paused or limited. */
  #sealed: string | undefined;
  #end: End | undefined;
  #inFlight = 0;
  #kept: { readonly phase: string; readonly at: number } | undefined;
  /** When another unit may begin, and how often the limit was changed in this run. */
  #nextAt = Date.now();
  #changes = 0;

  constructor(settings: ControlSettings) {
    const { firstPhase: phase, rateLimit = null, carried } = settings;
    const now = Date.now();
    this.#settings = settings;
    this.#state = carried ?? {
      startedAt: now,
      phase,
      isPaused: false,
      rateLimit,
      samples: [{ at: now, done: 0 }],
    };
    const validator = () => this.#requireOpen();
    const setPaused = (isPaused: boolean) => {
      this.#change({ isPaused });
      return this.progress();
    };
    setHandler(progressQuery, () => this.progress());
    setHandler(pauseUpdate, () => setPaused(true), { validator });
    setHandler(resumeUpdate, () => setPaused(false), { validator });
    if (settings.rateLimit === undefined) return;
    const setRateLimit = (limit: number | null) => {
      this.#nextAt = Date.now();
      this.#changes += 1;
      this.#change({ rateLimit: limit });
      return this.progress();
    };
    setHandler(setRateLimitUpdate, setRateLimit, {
      validator: (limit) => {
        this.#requireOpen();
        if (limit !== null && !(Number.isFinite(limit) && limit > 0))
          throw new Error('The rate limit must be a number above 0, or null for none.');
      },
    });
  }

  get startedAt(): number {
    return this.#state.startedAt;
  }

  get phase(): string {
    return this.#state.phase;
  }

  get isPaused(): boolean {
    return this.#state.isPaused;
  }

  get rateLimit(): number | null {
    return this.#state.rateLimit;
  }

  /** Changes whenever the rate limit does: what was planned by the former limit is obsolete then. */
  get limitChanges(): number {
    return this.#changes;
  }

  /**
   * Does the operation's work, and reports whatever end it comes to. Pauses and cancellations are thrown into it, as
   * {@link CancelledFailure}, by whatever it waits for.
   *
   * @throws what the work has thrown
   */
  async run(work: () => Promise<void>): Promise<Progress> {
    this.show();
    try {
      await work();
    } catch (error) {
      // An error of the code does not fail the operation: Temporal retries the task until the code is fixed.
      if (error instanceof ContinueAsNew || !(error instanceof TemporalFailure)) throw error;
      // A step that fails while it is cancelled is reported by Temporal with its failure, not with the cancellation.
      const isCancelled = isCancellation(error) || CancellationScope.current().consideredCancelled;
      await this.#finish(
        isCancelled
          ? { phase: 'cancelled' }
          : { phase: 'failed', problem: rootCause(error) ?? error.message },
      );
      throw isCancelled && !isCancellation(error) ? new CancelledFailure('Cancelled') : error;
    }
    const { problem, repair } = this.#settings.measure();
    return await this.#finish({
      phase: 'done',
      ...(problem !== undefined && { problem }),
      ...(repair && { repair }),
    });
  }

  /** Begins a phase. @param restart whether `done` begins again at 0 */
  enter(phase: string, restart = false): void {
    this.#change({ phase, ...(restart && { samples: [{ at: Date.now(), done: 0 }] }) });
  }

  /** Refuses to be paused or limited from now on. @param reason as a sentence */
  seal(reason: string): void {
    this.#sealed = reason;
  }

  /** Does something that a pause waits for, once the run is not paused. What it counts is to be counted within it. */
  async step<T>(action: () => Promise<T>): Promise<T> {
    await this.untilResumed();
    this.#inFlight += 1;
    try {
      return await action();
    } finally {
      this.#inFlight -= 1;
      this.show();
    }
  }

  async untilResumed(): Promise<void> {
    await condition(() => !this.isPaused);
  }

  /** Waits until so many units may begin at the rate limit, if there is one. */
  async untilAllowed(units: number): Promise<void> {
    while (this.rateLimit !== null) {
      const changes = this.#changes;
      const now = Date.now();
      const start = Math.max(this.#nextAt, now - credit);
      this.#nextAt = start + (units / this.rateLimit) * 1_000;
      if (start <= now) return;
      const wait = Math.max(shortestWait, Math.ceil(start - now));
      if (!(await condition(() => this.#changes !== changes, wait))) return;
    }
  }

  /** Whether the history is long enough to continue as new. */
  get isLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    const { maxHistory = Number.POSITIVE_INFINITY } = this.#settings;
    return continueAsNewSuggested || historyLength > maxHistory;
  }

  /**
   * What the next run is to be given. Waits for updates that are under way, which would be lost otherwise.
   *
   * @throws {CancelledFailure} if the run is cancelled, of which the next run would not know
   */
  async handOver(): Promise<ControlState> {
    await condition(allHandlersFinished);
    throwIfCancelled();
    return this.#state;
  }

  progress(): Progress {
    const { startedAt, phase, isPaused, rateLimit, samples } = this.#state;
    const { unit, dryRun = false } = this.#settings;
    const { done, total, share, facts } = this.#settings.measure();
    const now = Date.now();
    const seconds = (now - startedAt) / 1_000;
    const rate = this.#end ? done / Math.max(1, seconds) : rateOf(samples, now);
    const secondsLeft =
      share === undefined ? ((total ?? Number.NaN) - done) / rate : (seconds / share) * (1 - share);
    const isTimed = !this.#end && !isPaused && Number.isFinite(secondsLeft) && secondsLeft > 0;
    return {
      phase: isPaused ? (this.#inFlight > 0 ? 'pausing' : 'paused') : phase,
      dryRun,
      unit,
      done,
      ...(total !== undefined && { total }),
      rate,
      ...(this.#settings.rateLimit !== undefined && { rateLimit }),
      startedAt: new Date(startedAt).toISOString(),
      seconds,
      ...(isTimed && { secondsLeft }),
      facts,
      ...this.#end,
    };
  }

  /** Shows how far it is: in the current details at once, in the memo when the phase changes and from time to time. */
  show(): void {
    const now = Date.now();
    const { samples } = this.#state;
    const { done } = this.#settings.measure();
    if (samples.at(-1)?.done !== done)
      this.#state = { ...this.#state, samples: addSample(samples, { at: now, done }) };
    const progress = this.progress();
    const { phase } = progress;
    setCurrentDetails(progressMarkdown(progress));
    const isKept = this.#kept?.phase === phase;
    if (isKept && now - (this.#kept?.at ?? 0) < memoInterval) return;
    upsertMemo({ progress });
    if (!isKept) upsertSearchAttributes([{ key: searchAttributes.outcome, value: phase }]);
    this.#kept = { phase, at: now };
  }

  #requireOpen(): void {
    if (this.#end) throw new Error(`The operation is over: ${this.#end.phase}.`);
    if (this.#sealed !== undefined) throw new Error(this.#sealed);
  }

  #change(change: Partial<ControlState>): void {
    this.#state = { ...this.#state, ...change };
    this.#kept = this.#kept && { ...this.#kept, at: 0 };
    this.show();
  }

  /** Keeps the report where it outlives the run. */
  async #finish(end: End): Promise<Progress> {
    this.#end = end;
    this.show();
    const report = this.progress();
    const { firstExecutionRunId: runId, memo = {} } = workflowInfo();
    // The list of reports then shows what a run was for, and whose, without Temporal.
    const { title, requestedBy, input } = memo as { title?: string; requestedBy?: string; input?: object };
    await CancellationScope.nonCancellable(async () => {
      await shortSteps.saveReport({
        ...{ runId, startedAt: this.startedAt },
        report: { ...report, title, requestedBy, input },
      });
      await this.#settings.cleanUp?.();
      await condition(allHandlersFinished);
    });
    return report;
  }
}

/** @throws {CancelledFailure} if the workflow was cancelled and nothing that it waited for has reported so */
export function throwIfCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('Cancelled');
}
