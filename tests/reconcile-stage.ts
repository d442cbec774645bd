import type { Progress } from '../workflows/progress.ts';
import type { ReconcileInput } from '../workflows/reconcile/reconcile.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { createWorkingSandbox, type WorkingSandbox } from './fixture/working-sandbox.ts';
import { factsOf } from './progress-facts.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

/** A sandbox in which all that can be reconciled agrees. */
export interface ReconcileStage extends WorkingSandbox {
  readonly alias: string;
  readonly silent: SilentBucket;
  /** Reconciles the table with the contents of the index, and no bucket, unless the input says otherwise; the facts. */
  reconciles(input?: Partial<ReconcileInput>): Promise<Record<string, number | string>>;
  /** The same, all of its progress. */
  progress(input?: Partial<ReconcileInput>): Promise<Progress>;
  /** The first ids of builds. */
  ids(count: number): Promise<string[]>;
}

/**
 * Makes a sandbox with a worker and builds that are indexed.
 *
 * @param objects how many are generated
 */
export async function openReconcileStage(objects: number): Promise<ReconcileStage> {
  const sandbox = await createWorkingSandbox(1);
  const { temporal, config, postgres } = sandbox;
  const silent = await createSilentBucket(sandbox);
  await storeBuilds(sandbox, someObjects(objects, 1));
  await (await startWorkflow(temporal, 'reindex', config)).result();
  const progress: ReconcileStage['progress'] = async (input = {}) => {
    const all: ReconcileInput = {
      ...{ repair: false, contents: 'whole', extent: 'none', bucket: silent.bucket, graceSeconds: 0 },
      ...input,
    };
    return await (await startWorkflow(temporal, 'reconcile', config, all)).result();
  };
  return {
    ...sandbox,
    alias: config.ELASTICSEARCH_INDEX,
    silent,
    progress,
    reconciles: async (input) => factsOf(await progress(input)),
    async ids(count) {
      const { rows } = await postgres.pool.query<{ id: string }>(
        'select id::text from builds order by builds.id limit $1',
        [count],
      );
      return rows.map(({ id }) => id);
    },
  };
}
