import {
  ApplicationFailure,
  proxySinks,
  type WorkflowInterceptorsFactory,
  workflowInfo,
} from '@temporalio/workflow';
import type { IngestMessageInput, ingestMessage, MessageSummary } from '../../workflows/ingest-message.ts';
import type { ObserverSinks } from './observer-sinks.ts';

/*
 * Bundled with the workflows, and so without I/O. It adds nothing to a history: a run that began without it goes on
 * with it, and the other way round.
 */

const { observer } = proxySinks<ObserverSinks>();
const ingestion: (typeof ingestMessage)['name'] = 'ingestMessage';

/** Tells the worker what became of a message, and gives each line that the workflow logs the ids of what it is about. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  if (workflowInfo().workflowType !== ingestion) return {};
  let ids: Readonly<Record<string, string>> = {};
  return {
    inbound: [
      {
        async execute(input, next) {
          const message = input.args[0] as IngestMessageInput;
          ids = idsOf(message);
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
    outbound: [{ getLogAttributes: (attributes, next) => next({ ...attributes, ...ids }) }],
  };
};

/** Those of the object too where there is only one, as in almost every message. */
function idsOf({ messageId, objects: [first, ...others] }: IngestMessageInput): Record<string, string> {
  if (!first || others.length > 0) return { messageId };
  return { messageId, bucket: first.bucket, key: first.key };
}

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
