import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/activities.ts';
import type { Config } from '../config/config.ts';
import { deploymentVersion } from './deployment-version.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** What looks on while the worker works: interceptors and the sinks that their part in the workflows reports to. */
export type Observation = Pick<WorkerOptions, 'interceptors' | 'sinks'>;

/**
 * The Temporal worker that runs Buildhub's workflows and activities.
 *
 * @throws when Temporal cannot be reached or the namespace does not exist
 */
export async function createWorker(
  config: Config,
  connection: NativeConnection,
  activities: Activities,
  { interceptors: { workflowModules = [], ...interceptors } = {}, sinks = {} }: Observation = {},
): Promise<Worker> {
  const concurrency = config.WORKER_CONCURRENCY;
  return await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: await workflowBundle(workflowModules),
    activities,
    interceptors,
    sinks,
    ...deploymentVersion(config),
    // A task lasts as long as its local activities, and every poll keeps a place free too. Without a free one Temporal
    // cannot hand over the first task together with the start, which saves it a quarter of its work.
    maxConcurrentWorkflowTaskExecutions: 2 * concurrency,
    maxConcurrentLocalActivityExecutions: concurrency,
    maxConcurrentActivityTaskExecutions: concurrency,
    // The default share of pollers for new workflows starves workflows as short as these.
    workflowTaskPollerBehavior: { type: 'autoscaling', initial: 10, maximum: 50 },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    // Most workflows live for one task: a large cache would only hold memory.
    maxCachedWorkflows: 500,
    // Long activities learn by their heartbeats that they were cancelled.
    maxHeartbeatThrottleInterval: '3 seconds',
    shutdownGraceTime: config.SHUTDOWN_SECONDS * 500,
    shutdownForceTime: config.SHUTDOWN_SECONDS * 900,
  });
}
