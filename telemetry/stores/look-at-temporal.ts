import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { StoreMetrics } from '../metrics.ts';
import type { Finding, StoreLook } from './store-looks.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const types = {
  workflow: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

type Metrics = Pick<StoreMetrics, 'backlog' | 'backlogAge' | 'pollers' | 'retrying'>;

/** What waits in Temporal for a worker, how many workers ask for it, and how many ingestions wait for a service. */
export function lookAtTemporal(client: Client, taskQueue: string, metrics: Metrics): StoreLook {
  const { backlog, backlogAge, pollers, retrying } = metrics;
  return {
    store: 'temporal',
    gauges: [backlog, backlogAge, pollers, retrying],
    look: async () =>
      await client.withDeadline(Date.now() + 10_000, async () => {
        const [stuck, ...queues] = await Promise.all([
          client.workflow.count(
            `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running' and Outcome = 'retrying'`,
          ),
          ...Object.keys(types).map((type) =>
            describe(client, taskQueue, type as keyof typeof types, metrics),
          ),
        ]);
        return [{ gauge: retrying, value: stuck.count }, ...queues.flat()];
      }),
  };
}

async function describe(
  client: Client,
  taskQueue: string,
  type: keyof typeof types,
  { backlog, backlogAge, pollers }: Metrics,
): Promise<Finding[]> {
  const { stats, pollers: seen } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: types[type],
    reportStats: true,
  });
  const labels = { type };
  const { seconds = 0, nanos = 0 } = stats?.approximateBacklogAge ?? {};
  return [
    { gauge: backlog, labels, value: Number(stats?.approximateBacklogCount ?? 0) },
    { gauge: backlogAge, labels, value: Number(seconds) + (nanos ?? 0) / 1e9 },
    { gauge: pollers, labels, value: seen?.length ?? 0 },
  ];
}
