import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../stack/samples/random.ts';
import { startWorkflow } from '../tests/fixture/start-operations.ts';
import type { ApiClient } from './api-client.ts';
import type { ChaosSystem } from './system.ts';

/** Names of operations that a run starts at random. */
export const startable = ['backfill', 'reindex', 'roll-back', 'reconcile', 'retry'] as const;
export type Startable = (typeof startable)[number];

/** The parts of a run that the suite needs. */
export interface OperationRun {
  readonly workflow_id: string;
  readonly run_id: string;
  readonly name: string;
  readonly status: string;
  readonly started_at: string;
  readonly commands: readonly string[];
  readonly progress: {
    readonly done: number;
    readonly total?: number;
    readonly phase: string;
    readonly problem?: string;
    readonly facts: readonly { readonly label: string; readonly value: number | string }[];
  } | null;
}

export interface OperatorOptions {
  readonly seed: number;
  /** Operations that are started; all by default. */
  readonly only?: readonly string[];
}

/** An operator who starts, pauses, resumes, limits and cancels operations at random, through either API. */
export class Operator {
  readonly #system: ChaosSystem;
  readonly #client: ApiClient;
  readonly #random: Random;
  readonly #wanted: readonly Startable[];

  constructor(system: ChaosSystem, client: ApiClient, { seed, only }: OperatorOptions) {
    this.#system = system;
    this.#client = client;
    this.#random = new Random(seed);
    this.#wanted = startable.filter((name) => !only?.length || only.includes(name));
  }

  started = 0;
  commands = 0;
  /** Pauses that were accepted and forgotten: the operation continued without a resume. */
  readonly forgotten: string[] = [];

  /** Acts every few seconds until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#act().catch(() => undefined);
      await sleep(this.#random.integer(1_000, 5_000));
    }
  }

  /** Resumes all that is paused and lifts limits, so that everything can end. */
  async letFinish(): Promise<void> {
    for (const { workflow_id, commands } of await this.runs()) {
      if (commands.includes('resume')) await this.#control(workflow_id, 'resume');
      if (commands.includes('limit')) await this.#control(workflow_id, 'limit', { per_second: null });
    }
  }

  /** The operations that are running. */
  async runs(): Promise<readonly OperationRun[]> {
    const response = await this.#client.ask(this.#api(), 'GET', '/api/operations/runs?limit=0');
    if (response?.status !== 200) return [];
    return (response.json as { running: OperationRun[] }).running;
  }

  /**
   * Starts an operation with an input of the API.
   *
   * @returns the id of its workflow; undefined if it was not started, or nobody knows
   */
  async start(name: string, input: object): Promise<string | undefined> {
    const response = await this.#client.ask(this.#api(), 'POST', `/api/operations/${name}/start`, input);
    if (response?.status !== 200) return undefined;
    this.started += 1;
    return (response.json as { workflow_id?: string }).workflow_id;
  }

  async #act(): Promise<void> {
    const running = await this.runs();
    const [first, ...others] = running;
    if (!first || (running.length < 3 && this.#random.integer(1, 2) === 1)) return await this.#startAny();
    const run = this.#random.pick([first, ...others]);
    const choice = this.#random.integer(1, 10);
    if (choice <= 6 && run.commands.includes('pause')) await this.#pauseFor(run);
    else if (choice <= 7 && run.commands.includes('limit'))
      await this.#control(run.workflow_id, 'limit', { per_second: this.#random.integer(20, 200) });
    else if (choice === 8) await this.#control(run.workflow_id, 'cancel');
  }

  async #startAny(): Promise<void> {
    const [first, ...others] = this.#wanted;
    if (!first) return;
    const name = this.#random.pick([first, ...others]);
    const slowly = this.#random.integer(1, 2) === 1;
    const { temporal, config } = this.#system.sandbox;
    // A small history makes a run continue as new again and again, which takes days in production.
    const maxHistory = this.#random.integer(15, 40);
    if (name === 'backfill' && this.#random.integer(1, 2) === 1) {
      const source = { kind: 'listing', prefix: '' };
      const input = { bucket: config.S3_BUCKET, source, rateLimit: slowly ? 10 : 200, maxHistory };
      await startWorkflow(temporal, 'backfill', config, { ...input, concurrency: 2 });
    } else if (name === 'reindex') {
      const input = { rateLimit: slowly ? 100 : 600, rangeSize: 200, concurrency: 2, maxHistory };
      await startWorkflow(temporal, 'reindex', config, input);
    } else {
      const inputs = {
        backfill: { dry_run: this.#random.integer(1, 5) === 1, ...(slowly && { rate_limit: 50 }) },
        'roll-back': { at_once: false },
        reconcile: { repair: true, contents: 'sample', extent: 'whole' },
        retry: { scope: 'all', ...(slowly && { rate_limit: 10 }) },
      };
      await this.start(name, inputs[name]);
      return;
    }
    this.started += 1;
  }

  /** Pauses a run, looks at it for some seconds, and resumes it. */
  async #pauseFor({ workflow_id }: OperationRun): Promise<void> {
    if (!(await this.#control(workflow_id, 'pause'))) return;
    const end = Date.now() + this.#random.integer(4_000, 15_000);
    while (Date.now() < end) {
      await sleep(700);
      const run = (await this.runs()).find((each) => each.workflow_id === workflow_id);
      // One that had nothing left to begin is done all the same.
      const isOver = ['done', 'failed', 'cancelled'].includes(run?.progress?.phase ?? '');
      if (run?.status === 'running' && !isOver) {
        this.forgotten.push(`${workflow_id} is ${run.progress?.phase} after it was paused`);
        return;
      }
    }
    // It must not stay paused for as long as no API responds.
    for (let attempt = 0; attempt < 20; attempt++) {
      if (await this.#control(workflow_id, 'resume')) return;
      await sleep(1_000);
    }
  }

  async #control(workflow_id: string, command: string, more: object = {}): Promise<boolean> {
    const path = '/api/operations/runs/control';
    const body = { workflow_id, command, ...more };
    const response = await this.#client.ask(this.#api(), 'POST', path, body);
    if (response?.status === 200) this.commands += 1;
    // One that is over needs no command.
    return response?.status === 200 || (command === 'resume' && response?.status === 409);
  }

  #api(): number {
    return this.#random.integer(0, this.#system.apis.length - 1);
  }
}
