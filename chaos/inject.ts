import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freeze, kill, thaw } from '../stack/testing/faults.ts';
import { type Fault, faultName, type ServiceFault, type ServiceName } from './plan-faults.ts';
import type { ChaosSystem } from './system.ts';

/** Carries out the schedule of faults. */
export class Injector {
  readonly #system: ChaosSystem;
  readonly #note: (line: string) => void;
  readonly #log: (line: string) => void;
  /** The last fault of each target: the next one waits for its end, which can be late. */
  readonly #busy = new Map<string, Promise<void>>();
  #begun = 0;
  #active = 0;

  constructor(system: ChaosSystem, note: (line: string) => void, log: (line: string) => void) {
    this.#system = system;
    this.#note = note;
    this.#log = log;
  }

  get begun(): number {
    return this.#begun;
  }

  get active(): number {
    return this.#active;
  }

  /** Faults that keep a process from PostgreSQL, or from its own work: how many there are, and when the last one ended. */
  #disturbing = 0;
  #disturbedUntil = 0;

  /** Whether, for longer than PostgreSQL keeps the transaction of a client that has disappeared, only stores were broken. */
  get isCalm(): boolean {
    return this.#disturbing === 0 && Date.now() - this.#disturbedUntil > 70_000;
  }

  /** When Elasticsearch was killed, in milliseconds since 1970. */
  readonly elasticsearchKills: number[] = [];

  /** Resolves when the last fault has healed. */
  async run(faults: readonly Fault[], signal: AbortSignal): Promise<void> {
    const start = Date.now();
    for (const fault of faults) {
      await sleep(Math.max(0, start + fault.at * 1_000 - Date.now()), undefined, { signal });
      const target = `${fault.where} ${fault.target}`;
      const turn = (this.#busy.get(target) ?? Promise.resolve()).then(() => this.#inject(fault));
      turn.catch(() => undefined);
      this.#busy.set(target, turn);
    }
    await Promise.all(this.#busy.values());
  }

  async #inject(fault: Fault): Promise<void> {
    this.#begun += 1;
    this.#active += 1;
    const disturbs = fault.where !== 'service';
    if (disturbs) this.#disturbing += 1;
    const name = `${faultName(fault)} ${JSON.stringify(fault.fault)} for ${fault.seconds} s`;
    this.#log(`begin ${name}`);
    try {
      const heal = await this.#begin(fault);
      await sleep(fault.seconds * 1_000);
      await insist(heal, this.#note);
      this.#log(`healed ${name}`);
    } finally {
      this.#active -= 1;
      if (disturbs) {
        this.#disturbing -= 1;
        this.#disturbedUntil = Date.now();
      }
    }
  }

  /** Begins a fault, and returns what ends it. */
  async #begin({ where, target, fault }: Fault): Promise<() => Promise<void> | void> {
    if (where === 'edge') {
      const proxy = this.#system.proxies[target];
      proxy.spoil(fault);
      return () => proxy.spoil(undefined);
    }
    if (where === 'process') {
      const process = this.#system.processes[target];
      if (fault.kind === 'freeze') {
        freeze(process);
        return () => thaw(process);
      }
      await (fault.kind === 'kill' ? kill(process) : process.stop());
      return () => process.start();
    }
    return await this.#breakService(target, fault.kind);
  }

  async #breakService(name: ServiceName, kind: ServiceFault['kind']): Promise<() => Promise<void> | void> {
    const service = this.#system.services[name];
    if (kind === 'kill') {
      if (name === 'elasticsearch') this.elasticsearchKills.push(Date.now());
      await kill(service);
      return () => service.start();
    }
    if (kind === 'freeze') {
      freeze(service);
      return () => thaw(service);
    }
    if (kind === 'read-only') {
      await this.#setReadOnly(true);
      return () => this.#setReadOnly(false);
    }
    if (kind === 'write-block') {
      await this.#setWriteBlock(true);
      return () => this.#setWriteBlock(false);
    }
    return await takeAllConnections(this.#databaseUrl);
  }

  get #databaseUrl(): string {
    return this.#system.stack.env.DATABASE_URL ?? '';
  }

  async #setReadOnly(isReadOnly: boolean): Promise<void> {
    await insist(async () => {
      const client = await connectTo(this.#databaseUrl);
      try {
        await client.query(`alter system set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
        await client.query('select pg_reload_conf()');
      } finally {
        await client.end();
      }
    }, this.#note);
  }

  /** The block that Elasticsearch sets when its disk is full: nothing is written, and no alias moves. */
  async #setWriteBlock(isBlocked: boolean): Promise<void> {
    const { elasticsearch, config } = this.#system.sandbox;
    await insist(async () => {
      await elasticsearch.indices.putSettings(
        {
          index: `${config.ELASTICSEARCH_INDEX}-*`,
          settings: { 'index.blocks.read_only_allow_delete': isBlocked || null },
        },
        { requestTimeout: 10_000 },
      );
    }, this.#note);
  }
}

/** Takes every connection that PostgreSQL has; those that are in use are ended first. Returns what gives them back. */
async function takeAllConnections(url: string): Promise<() => void> {
  const taken: pg.Client[] = [];
  try {
    const first = await connectTo(url);
    taken.push(first);
    await first.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and backend_type = 'client backend'`);
    for (;;) taken.push(await connectTo(url));
  } catch {
    // There is none left, or PostgreSQL has ended.
  }
  return () => {
    for (const client of taken) client.end().catch(() => undefined);
  };
}

async function connectTo(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    // This connection ends the read-only mode, so it must not be subject to it.
    options: '-c default_transaction_read_only=off',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Repeats what has to succeed: the end of a fault can come while another one is there. */
async function insist(action: () => Promise<void> | void, note: (line: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt % 20 === 0) note(`A fault does not end: ${error instanceof Error ? error.message : error}`);
      if (attempt >= 200) throw error;
      await sleep(500);
    }
  }
}
