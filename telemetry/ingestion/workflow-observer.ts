import {
  ApplicationFailure,
  proxySinks,
  type WorkflowInterceptorsFactory,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/activities.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import type { IngestMessageInput, ingestMessage, MessageSummary } from '../../workflows/ingest-message.ts';
import { type IngestionIds, withIds } from './ingestion-ids.ts';
import type { ObserverSinks } from './observer-sinks.ts';

/*
 * Bundled with the workflows, and so without I/O. It adds no event to a history: a run that began without it goes on
 * with it, and the other way round.
 */

const { observer } = proxySinks<ObserverSinks>();
const ingestion: (typeof ingestMessage)['name'] = 'ingestMessage';
const download: keyof Activities = 'downloadObject';
const validate: keyof Activities = 'validateBuild';

/** Tells the worker what became of a message, and gives its steps and log lines the ids of what they are about. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  if (workflowInfo().workflowType !== ingestion) return {};
  /** Of the object that is being dealt with. */
  let current: IngestionIds = { messageId: '' };
  let isOneObject = true;

  async function step(activity: string, args: unknown[], run: () => Promise<unknown>): Promise<unknown> {
    if (activity === download) {
      const { bucket, key } = args[0] as S3ObjectWrite;
      current = { messageId: current.messageId, bucket, key };
    }
    const result = await run();
    if (activity === validate) {
      const validation = result as Awaited<ReturnType<Activities['validateBuild']>>;
      const hash = validation.status === 'valid' ? validation.builds[0]?.hash : undefined;
      if (hash !== undefined) current = { ...current, buildHash: hash };
    }
    return result;
  }

  return {
    inbound: [
      {
        async execute(input, next) {
          const message = input.args[0] as IngestMessageInput;
          const [first] = message.objects;
          isOneObject = message.objects.length <= 1;
          current = { messageId: message.messageId, ...(first && { bucket: first.bucket, key: first.key }) };
          try {
            const summary = (await next(input)) as MessageSummary;
            report(message, summary);
            return summary;
          } catch (error) {
            if (error instanceof ApplicationFailure && error.details?.[0])
              report(message, error.details[0] as MessageSummary);
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleLocalActivity: (input, next) =>
          step(input.activityType, input.args, () =>
            next({ ...input, headers: withIds(input.headers, current) }),
          ),
        scheduleActivity: (input, next) =>
          step(input.activityType, input.args, () =>
            next({ ...input, headers: withIds(input.headers, current) }),
          ),
        // A line about a message with several objects tells of all of them.
        getLogAttributes: (attributes, next) =>
          next({ ...attributes, ...(isOneObject ? current : { messageId: current.messageId }) }),
      },
    ],
  };
};

function report(message: IngestMessageInput, { outcome, objects }: MessageSummary): void {
  observer.messageDone(
    outcome,
    objects.map((object) => ({
      outcome: object.outcome,
      eventTime: message.objects.find(({ bucket, key }) => bucket === object.bucket && key === object.key)
        ?.eventTime,
    })),
  );
}
