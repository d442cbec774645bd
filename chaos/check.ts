import { sql } from 'drizzle-orm';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { builds, s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { listBuildIndexes } from '../elasticsearch/build-index.ts';
import { queueDepth } from '../tests/fixture/messages.ts';
import type { Progress } from '../workflows/progress.ts';
import type { Content, LoadRunner, ObjectHistory } from './load.ts';
import type { Searchers } from './searchers.ts';
import type { ChaosSystem } from './system.ts';

/** What can be wrong after a run, in the order of the table. */
export const kinds = [
  'lost',
  'doubled',
  'disappeared',
  'marked too early',
  'dead letters',
  'wrong outcomes',
  'open runs',
  'open transactions',
  'unfinished indexes',
  'wrong reports',
  'undocumented statuses',
  'forgotten pauses',
] as const;
export type ViolationKind = (typeof kinds)[number];

/** Something that must not be. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly what: string;
}

/** Milliseconds: a build that a search showed less than this before Elasticsearch was killed may not have been on its disk. */
const beforeKill = 2_000;

/** A row of `builds`. */
interface Row {
  readonly id: string;
  readonly hash: string;
  readonly isIndexed: boolean;
}

/** Compares the stores with what was written to the bucket. */
export class Checker {
  readonly #system: ChaosSystem;
  readonly #load: LoadRunner;

  constructor(system: ChaosSystem, load: LoadRunner) {
    this.#system = system;
    this.#load = load;
  }

  /**
   * Each valid content is in the table once and in the index once, and each object has the outcome of its last content.
   *
   * @param since ingests what no event was sent for, too: a moment before a backfill that has seen the whole bucket;
   * milliseconds since 1970
   */
  async stores(since: number | undefined): Promise<Violation[]> {
    const violations: Violation[] = [];
    const add = (kind: ViolationKind, what: string) => violations.push({ kind, what });
    const rows = await this.#readRows();
    const byHash = Map.groupBy(rows, ({ hash }) => hash);
    const documents = await this.#readDocuments();
    for (const [hash, same] of byHash)
      if (same.length > 1) add('doubled', `${hash} is in the table ${same.length} times`);
    for (const { id, isIndexed, hash } of rows) {
      if (!documents.has(id)) add('lost', `build ${id} (${hash}) is not in the index`);
      else if (!isIndexed) add('lost', `build ${id} is in the index, and the table does not know it`);
    }
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of documents) if (!ids.has(id)) add('doubled', `document ${id} has no build`);
    const outcomes = await this.#readOutcomes();
    const written = new Set<string>();
    for (const [key, object] of this.#load.objects) {
      for (const { hashes = [] } of object.contents) for (const hash of hashes) written.add(hash);
      if (!isExpected(object, since)) continue;
      const last = object.contents.at(-1);
      if (!object.isDeleted)
        for (const hash of last?.hashes ?? [])
          if (!byHash.has(hash)) add('lost', `${hash} of ${key} is not in the table`);
      const problem = outcomeProblem(object, outcomes.get(key));
      if (problem !== undefined) add(outcomes.has(key) ? 'wrong outcomes' : 'lost', `${key}: ${problem}`);
    }
    for (const hash of byHash.keys()) if (!written.has(hash)) add('doubled', `${hash} was never published`);
    const kept = await this.#system.sandbox.postgres.database.select().from(unreadableMessages);
    const known = new Set(kept.map(({ messageId }) => messageId));
    for (const id of this.#load.unreadable)
      if (!known.has(id)) add('lost', `the unreadable message ${id} was not kept`);
    return violations;
  }

  /** Nothing has disappeared, no message was given up, nothing is half done, and the reports add up. */
  async rest(searchers: Searchers, elasticsearchKills: readonly number[]): Promise<Violation[]> {
    const { sandbox } = this.#system;
    const violations: Violation[] = [];
    const add = (kind: ViolationKind, what: string) => violations.push({ kind, what });
    for (const { id, shownAt, missedAt } of searchers.disappearances) {
      const isExcused = elasticsearchKills.some(
        (kill) => kill > shownAt && kill - shownAt < beforeKill && kill < missedAt,
      );
      if (!isExcused)
        add('disappeared', `build ${id}, shown at ${clock(shownAt)}, was missing at ${clock(missedAt)}`);
    }
    const dead = await queueDepth(sandbox, sandbox.config.SQS_DEAD_LETTER_QUEUE_URL);
    for (let letter = 0; letter < dead.visible + dead.inFlight; letter++)
      add('dead letters', 'a message is in the dead-letter queue');
    for (const { name, state } of await listBuildIndexes(
      sandbox.elasticsearch,
      sandbox.config.ELASTICSEARCH_INDEX,
    ))
      if (state === 'unfinished') add('unfinished indexes', `${name} is unfinished`);
    return [...violations, ...(await this.#abortedRuns()), ...(await this.#reports())];
  }

  /** When the last backfill of the whole bucket that is done began, in milliseconds since 1970. */
  async lastBackfill(): Promise<number | undefined> {
    const reports = await listReports(this.#system.sandbox.postgres.database, 'backfill', 1_000);
    const starts = reports
      .map(({ report }) => JSON.parse(report) as Progress)
      .filter(({ phase, dryRun }) => phase === 'done' && !dryRun)
      .map(({ startedAt }) => Date.parse(startedAt));
    return starts.length === 0 ? undefined : Math.max(...starts);
  }

  /** The report of a reconciliation says that nothing differs. */
  async agrees(workflowId: string): Promise<Violation[]> {
    const reports = await listReports(this.#system.sandbox.postgres.database, 'reconcile', 1_000);
    const last = reports.find((each) => each.workflowId === workflowId);
    const { facts = [], phase } = JSON.parse(last?.report ?? '{}') as Partial<Progress>;
    if (phase === 'done' && facts.some(({ value }) => value === 'No differences')) return [];
    const text = facts.map(({ label, value }) => `${label} ${value}`).join(', ');
    return [{ kind: 'wrong reports', what: `the last reconciliation is ${phase}, and finds: ${text}` }];
  }

  /** Workflows that are still open. */
  async openRuns(): Promise<string[]> {
    return await this.#workflows("ExecutionStatus = 'Running'");
  }

  async #abortedRuns(): Promise<Violation[]> {
    const found = await this.#workflows("ExecutionStatus IN ('Terminated', 'TimedOut')");
    return found.map((what) => ({ kind: 'wrong outcomes', what: `${what} was terminated or timed out` }));
  }

  async #workflows(condition: string): Promise<string[]> {
    const { temporal, config } = this.#system.sandbox;
    const query = `TaskQueue = '${config.TEMPORAL_TASK_QUEUE}' and ${condition}`;
    const found: string[] = [];
    for await (const { workflowId, type } of temporal.workflow.list({ query }))
      found.push(`${type} ${workflowId}`);
    return found;
  }

  /** Every operation that ended has left a report whose figures fit together. */
  async #reports(): Promise<Violation[]> {
    const { database } = this.#system.sandbox.postgres;
    const violations: Violation[] = [];
    for (const kind of ['backfill', 'reindex', 'rollBack', 'reconcile', 'retryFailed']) {
      for (const { workflowId, report, startedAt, finishedAt } of await listReports(database, kind, 1_000)) {
        const progress = JSON.parse(report) as Progress;
        const problem =
          reportProblem(kind, progress) ??
          (kind === 'backfill' ? this.#missedBy(progress, startedAt, finishedAt) : undefined);
        if (problem !== undefined)
          violations.push({ kind: 'wrong reports', what: `${workflowId}: ${problem}` });
      }
    }
    return violations;
  }

  /** A backfill has looked at every object that was in the bucket all the while. */
  #missedBy(progress: Progress, startedAt: Date, finishedAt: Date): string | undefined {
    if (progress.phase !== 'done') return undefined;
    const there = [...this.#load.objects.values()].filter(
      ({ contents: [first], deletedAt = Number.POSITIVE_INFINITY }) =>
        first !== undefined && first.at < startedAt.getTime() && deletedAt > finishedAt.getTime(),
    ).length;
    const seen = factOf(progress, 'buildhub.json objects');
    return seen < there ? `it has seen ${seen} objects of the ${there} that were there` : undefined;
  }

  async #readRows(): Promise<Row[]> {
    const { database } = this.#system.sandbox.postgres;
    return await database
      .select({
        id: sql<string>`${builds.id}::text`,
        hash: builds.buildHash,
        isIndexed: sql<boolean>`${builds.indexedAt} is not null`,
      })
      .from(builds);
  }

  async #readOutcomes(): Promise<Map<string, typeof s3Objects.$inferSelect>> {
    const rows = await this.#system.sandbox.postgres.database.select().from(s3Objects);
    return new Map(rows.map((row) => [row.key, row]));
  }

  async #readDocuments(): Promise<Set<string>> {
    const { elasticsearch, config } = this.#system.sandbox;
    const index = config.ELASTICSEARCH_INDEX;
    await elasticsearch.indices.refresh({ index });
    const { hits } = await elasticsearch.search({
      ...{ index, size: 10_000, _source: false, query: { match_all: {} } },
    });
    return new Set(hits.hits.map(({ _id = '' }) => _id));
  }
}

/** Whether the last content of an object has to have been seen. */
function isExpected({ contents, isDeleted }: ObjectHistory, since: number | undefined): boolean {
  const last = contents.at(-1);
  if (!last) return false;
  if (last.isAnnounced) return true;
  return since !== undefined && !isDeleted && last.at < since;
}

function outcomeProblem(
  { contents, isDeleted }: ObjectHistory,
  row: typeof s3Objects.$inferSelect | undefined,
): string | undefined {
  if (!row) return 'it was never seen';
  const { outcome, etag, reason, buildHashes } = row;
  if (isDeleted && outcome === 'missing') return undefined;
  const seen = `it is ${outcome} with ETag ${etag}${reason ? ` (${reason.slice(0, 100)})` : ''}`;
  // What was deleted may have been read before, in any of its contents.
  const possible = isDeleted ? contents : contents.slice(-1);
  const fits = ({ etag: expected, hashes }: Content) =>
    expected === etag &&
    (hashes === undefined
      ? outcome === 'invalid'
      : (outcome === 'ingested' || outcome === 'unchanged') &&
        hashes.length === buildHashes.length &&
        hashes.every((hash) => buildHashes.includes(hash)));
  if (possible.some(fits)) return undefined;
  return `${seen}; its last content is ${possible.map((content) => `${content.hashes ? 'valid' : 'invalid'} with ETag ${content.etag}`).join(' or ')}`;
}

/** What does not fit together in the report of an operation. */
function reportProblem(kind: string, progress: Progress): string | undefined {
  const { phase, done, total, problem } = progress;
  const fact = (label: string) => factOf(progress, label);
  // There is nothing to return to before the first reindex is done.
  if (phase === 'failed')
    return kind === 'rollBack' && /no former index/.test(problem ?? '') ? undefined : problem;
  if (phase !== 'done') return undefined;
  if (kind === 'backfill') {
    const sum = ['New', 'Changed', 'Unchanged', 'Quarantined before'].map(fact).reduce((a, b) => a + b);
    if (sum !== fact('buildhub.json objects'))
      return `it has ${fact('buildhub.json objects')} objects, and found ${sum}`;
  }
  // Fewer than were counted: an object that was written again meanwhile needs no retry any more.
  if (kind === 'retryFailed' && done > (total ?? 0)) return `${done} retries of ${total} are done`;
  if (kind === 'reindex' && fact('Searchable before and missing now') > 0)
    return `${fact('Searchable before and missing now')} builds are missing`;
  return undefined;
}

function factOf({ facts }: Progress, label: string): number {
  return Number(facts.find((fact) => fact.label === label)?.value ?? 0);
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
