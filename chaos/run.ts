import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../tests/fixture/eventually.ts';
import { queueDepth } from '../tests/fixture/messages.ts';
import { ApiClient } from './api-client.ts';
import { Checker, type Violation } from './check.ts';
import { Injector } from './inject.ts';
import { LoadRunner } from './load.ts';
import { MarkWatcher } from './mark-watcher.ts';
import { Operator } from './operator.ts';
import { lengthOf, planFaults } from './plan-faults.ts';
import { planLoad } from './plan-load.ts';
import { Searchers } from './searchers.ts';
import { type ChaosSystem, startSystem } from './system.ts';
import { TransactionWatcher } from './transaction-watcher.ts';

/** How a run is made. The same options give the same faults and the same load. */
export interface RunOptions {
  readonly seed: number;
  readonly faults: number;
  readonly builds: number;
  /** Seconds that the shortest and the longest fault last. */
  readonly shortest: number;
  readonly longest: number;
  /** Percentage of objects without an event. */
  readonly silent: number;
  /** Beginnings of the names of faults; all by default. */
  readonly only?: readonly string[];
  /** Names of operations; all by default. */
  readonly operations?: readonly string[];
}

/** The result of a run. */
export interface RunResult {
  readonly options: RunOptions;
  readonly seconds: number;
  readonly faults: number;
  readonly operations: number;
  readonly searches: number;
  readonly requests: number;
  readonly crashes: number;
  readonly violations: readonly Violation[];
}

/** Seconds without any progress after which what is open counts as stuck: the total depends on the machine. */
const stuckSeconds = 300;

/** Seconds between two lines of progress. */
const interval = 5;

/**
 * Runs the system under load while faults come and go, heals it, lets it drain, and checks what is there.
 *
 * @param note called with lines for people
 * @param log called with lines that help to find the cause of a failure
 */
export async function run(
  options: RunOptions,
  note: (line: string) => void,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  const { seed, builds, silent } = options;
  const began = Date.now();
  const faults = planFaults({ ...options, count: options.faults });
  const length = lengthOf(faults);
  const plan = planLoad({ seed, builds, length, silent });
  await using system = await startSystem(note);
  const client = new ApiClient(system);
  const searchers = new Searchers(client);
  const operator = new Operator(system, client, {
    seed,
    ...(options.operations && { only: options.operations }),
  });
  const load = new LoadRunner(system.sandbox);
  const injector = new Injector(system, note, log);
  const marks = new MarkWatcher(system.sandbox);
  const transactions = new TransactionWatcher(system.sandbox, () => injector.isCalm);
  const checker = new Checker(system, load);
  await untilReady(client, system, signal);
  note(`${faults.length} faults in ${length} s, ${plan.changes.length} changes of objects`);

  const stopOperator = new AbortController();
  const stopSearchers = new AbortController();
  const searching = Promise.all([
    searchers.run(system.apis.length, stopSearchers.signal),
    marks.run(stopSearchers.signal),
    transactions.run(stopSearchers.signal),
  ]);
  const operating = operator.run(stopOperator.signal);
  let phase = 'faults';
  const reporting = setInterval(() => {
    const parts = [
      `${phase} ${injector.begun}/${faults.length} (${injector.active} active)`,
      `${load.writes}/${plan.changes.length} writes`,
      `${searchers.shown.size} builds shown in ${searchers.searches} searches`,
      `${searchers.disappearances.length} disappeared`,
      `${operator.started} operations`,
    ];
    note(`${String(Math.round((Date.now() - began) / 1_000)).padStart(5)} s  ${parts.join(', ')}`);
  }, interval * 1_000);
  try {
    await Promise.all([load.run(plan, signal), injector.run(faults, signal)]);
    stopOperator.abort();
    await operating;
    phase = 'draining';
    const violations = await drain(operator, checker, system, signal);
    // What is still in flight differs between the stores, and is not lost.
    if (violations.length === 0)
      violations.push(...(await inTheEnd(async () => checker.stores(await checker.lastBackfill()))));
    if (violations.length === 0) {
      phase = 'last backfill and reconciliation';
      violations.push(...(await finishWithOperations(operator, checker, signal)));
    }
    stopSearchers.abort();
    await searching;
    violations.push(
      ...(await checker.rest(searchers, injector.elasticsearchKills)),
      ...client.undocumented.map((what): Violation => ({ kind: 'undocumented statuses', what })),
      ...[...marks.early].map(
        (id): Violation => ({
          kind: 'marked too early',
          what: `build ${id} was marked as indexed, and absent`,
        }),
      ),
      ...[...transactions.open].map((what): Violation => ({ kind: 'open transactions', what })),
      ...operator.forgotten.map((what): Violation => ({ kind: 'forgotten pauses', what })),
    );
    return {
      options,
      seconds: Math.round((Date.now() - began) / 1_000),
      faults: injector.begun,
      operations: operator.started + operator.commands,
      searches: searchers.searches,
      requests: client.requests,
      crashes: Object.values(system.processes).reduce((sum, { crashes }) => sum + crashes, 0),
      violations,
    };
  } finally {
    clearInterval(reporting);
    stopOperator.abort();
    stopSearchers.abort();
  }
}

/** Waits until the queue is empty and no workflow is open, or nothing has changed for {@link stuckSeconds}. */
async function drain(
  operator: Operator,
  checker: Checker,
  { sandbox }: ChaosSystem,
  signal: AbortSignal,
): Promise<Violation[]> {
  const { SQS_QUEUE_URL: queue } = sandbox.config;
  let before = '';
  for (let quiet = 0, end = 0; ; ) {
    await operator.letFinish();
    const { visible, inFlight } = await queueDepth(sandbox, queue);
    const open = await checker.openRuns();
    const left = [...open, ...Array.from({ length: visible + inFlight }, () => 'a message')];
    quiet = left.length === 0 ? quiet + 1 : 0;
    // Temporal lists a workflow a moment late, and on a busy machine many seconds.
    if (quiet === 10) return [];
    if (left.join() !== before) end = Date.now() + stuckSeconds * 1_000;
    if (Date.now() > end)
      return left.map((what): Violation => ({ kind: 'open runs', what: `${what} is left` }));
    before = left.join();
    await sleep(2_000, undefined, { signal });
  }
}

/** What is still wrong when nothing has improved for a minute: a busy Temporal lists some runs only minutes after their start. */
async function inTheEnd(check: () => Promise<Violation[]>): Promise<Violation[]> {
  let violations = await check();
  for (let checks = 0; violations.length > 0 && checks < 6; checks++) {
    await sleep(10_000);
    const before = violations.length;
    violations = await check();
    if (violations.length < before) checks = 0;
  }
  return violations;
}

/** A backfill has to ingest what no event was sent for; then a reconciliation has to find no difference. */
async function finishWithOperations(
  operator: Operator,
  checker: Checker,
  signal: AbortSignal,
): Promise<Violation[]> {
  const began = Date.now();
  for (const [name, input] of [
    ['backfill', {}],
    ['reconcile', { contents: 'whole', extent: 'whole' }],
  ] as const) {
    const workflowId = await operator.start(name, input);
    if (workflowId === undefined) return [{ kind: 'wrong reports', what: `${name} could not be started` }];
    const isOpen = async () => (await checker.openRuns()).length > 0;
    await sleep(3_000);
    for (
      const end = Date.now() + 2 * stuckSeconds * 1_000;
      await isOpen();
      await sleep(1_000, undefined, { signal })
    )
      if (Date.now() > end) return [{ kind: 'open runs', what: `${workflowId} does not end` }];
    if (name === 'reconcile') return await checker.agrees(workflowId);
    const violations = await inTheEnd(() => checker.stores(began));
    if (violations.length > 0) return violations;
  }
  return [];
}

/** Waits until both APIs respond, and a worker has had the time to start. */
async function untilReady(client: ApiClient, { apis }: ChaosSystem, signal: AbortSignal): Promise<void> {
  for (const api of apis.keys()) {
    await eventually(
      'the APIs',
      async () => (await client.ask(api, 'GET', '/__lbheartbeat__'))?.status === 200,
    );
  }
  await sleep(5_000, undefined, { signal });
}
