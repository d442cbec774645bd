import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const types = {
  workflow: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

/** Seconds since a worker last polled after which it counts as gone. Temporal itself remembers it for five minutes. */
const pollerTimeout = 90;

/**
 * What waits in a task queue, for one type of task: about how many tasks, for how many seconds the oldest, and for how many
 * workers.
 */
export async function readTaskQueueState(client: Client, taskQueue: string, type: keyof typeof types) {
  const { stats, pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: types[type],
    reportStats: true,
  });
  const { seconds, nanos } = stats?.approximateBacklogAge ?? {};
  const recent = (pollers ?? []).filter(
    ({ lastAccessTime }) => Date.now() / 1_000 - Number(lastAccessTime?.seconds ?? 0) < pollerTimeout,
  );
  return {
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    backlogAge: Number(seconds ?? 0) + (nanos ?? 0) / 1e9,
    workers: new Set(recent.map(({ identity }) => identity)).size,
  };
}

/** The list filter of ingestions that a task queue has in flight and that are being retried, as after an outage. */
export function retryingQuery(taskQueue: string): string {
  return `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running' and Outcome = 'retrying'`;
}
