import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { startFailingProxy } from './fixture/failing-proxy.ts';
import { drained, outcomeOf, send } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';

test('a message whose start Temporal rejects is moved to the dead-letter queue with the reason, and the next is ingested', async () => {
  await using sandbox = await createSandbox();
  const { Attributes } = await sandbox.sqs.send(
    new GetQueueAttributesCommand({
      ...{ QueueUrl: sandbox.config.SQS_QUEUE_URL, AttributeNames: ['RedrivePolicy'] },
    }),
  );
  // Otherwise SQS would move good messages there after a few restarts of a poller.
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({ maxReceiveCount: 100 });
  // Each of these takes two bytes in JSON, and Temporal takes no payload of more than 2 MiB.
  const body = '"'.repeat(1_048_576);
  const messageId = await send(sandbox, body);
  await using _worker = await startBuildhub(['worker'], sandbox.env);
  const letter = await eventually('a dead letter', async () => {
    const { Messages } = await sandbox.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: sandbox.config.SQS_DEAD_LETTER_QUEUE_URL,
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages?.[0];
  });
  expect(letter.Body).toBe(body);
  expect(letter.MessageAttributes?.reason?.StringValue).toMatch(
    new RegExp(`Temporal rejects the start of unreadable:${messageId}: .+`),
  );
  await drained(sandbox);
  await sandbox.put('next/buildhub.json', '{}');
  expect(await outcomeOf(sandbox, 'next/buildhub.json')).toMatchObject({ outcome: 'invalid' });
});

test('a process that is stopped while SQS does not respond finishes the work in flight and exits with 0', async () => {
  await using sqs = await startFailingProxy(process.env.AWS_ENDPOINT_URL_SQS ?? '');
  await using sandbox = await createSandbox({ AWS_ENDPOINT_URL_SQS: sqs.url, SHUTDOWN_SECONDS: '20' });
  const worker = await startBuildhub(['worker'], sandbox.env);
  await sandbox.put('held/buildhub.json', '{}');
  // The message is received, and neither acknowledged nor given back.
  await outcomeOf(sandbox, 'held/buildhub.json');
  sqs.fail('silent');
  await eventually('a request without a response', () => sqs.failures > 0);
  expect(await worker.stop()).toEqual({ code: 0, signal: null });
  sqs.fail(undefined);
});

test('a process that starts before its namespace exists waits for it', async () => {
  await using sandbox = await createSandbox();
  const { temporal, env } = sandbox;
  const namespace = sandbox.config.TEMPORAL_TASK_QUEUE;
  const starting = startBuildhub(['worker'], { ...env, TEMPORAL_NAMESPACE: namespace });
  await sleep(3_000);
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await temporal.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  expect(await (await starting).stop()).toEqual({ code: 0, signal: null });
});
