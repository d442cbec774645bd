import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isBuildhubKey } from '../../schema/s3/object-key.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const settings = parseEnv(readFileSync(new URL('../kubernetes/buildhub.env', import.meta.url), 'utf8'));
const { SQS_QUEUE_URL = '', SQS_DEAD_LETTER_QUEUE_URL = '', S3_BUCKET, AWS_REGION } = settings;

const arnOfQueue = (url: string) =>
  `arn:aws:sqs:${AWS_REGION}:${new URL(url).pathname.slice(1).replace('/', ':')}`;
const queue = arnOfQueue(SQS_QUEUE_URL);
const deadLetters = arnOfQueue(SQS_DEAD_LETTER_QUEUE_URL);
const bucket = `arn:aws:s3:::${S3_BUCKET}`;

const Policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().regex(/^[A-Za-z0-9]+$/),
      Effect: z.literal('Allow'),
      Principal: z.strictObject({ Service: z.string() }).optional(),
      Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
      Resource: z.union([z.string(), z.array(z.string())]).transform((resource) => [resource].flat()),
      Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    }),
  ),
});

/** `action resource`, for each pair that a policy allows. */
function allowed(name: string): string[] {
  return Policy.parse(read(name))
    .Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)),
    )
    .sort();
}

test('the worker may read builds, receive, and send dead letters back, and nothing else', () => {
  const receive = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
  expect(allowed('worker-policy.json')).toEqual(
    [
      `s3:GetObject ${bucket}/*`,
      `s3:ListBucket ${bucket}`,
      ...[queue, deadLetters].flatMap((arn) => receive.map((action) => `sqs:${action} ${arn}`)),
      `sqs:SendMessage ${queue}`,
    ].sort(),
  );
});

test('the API may look, and write nothing', () => {
  expect(allowed('api-policy.json')).toEqual(
    [
      `s3:ListBucket ${bucket}`,
      `sqs:GetQueueAttributes ${queue}`,
      `sqs:GetQueueAttributes ${deadLetters}`,
      `sqs:ReceiveMessage ${deadLetters}`,
    ].sort(),
  );
});

test('only the bucket may send to the queue', () => {
  const [statement, ...others] = Policy.parse(read('queue-policy.json')).Statement;
  expect(others).toEqual([]);
  expect(statement).toMatchObject({
    Principal: { Service: 's3.amazonaws.com' },
    Action: ['sqs:SendMessage'],
    Resource: [queue],
    Condition: { ArnEquals: { 'aws:SourceArn': bucket } },
  });
});

test('the bucket tells the queue of every write of a key that the poller takes', () => {
  const { QueueConfigurations } = read('notification.json') as {
    QueueConfigurations: {
      QueueArn: string;
      Events: string[];
      Filter: { Key: { FilterRules: { Name: string; Value: string }[] } };
    }[];
  };
  const [configuration] = QueueConfigurations;
  expect(configuration).toMatchObject({ QueueArn: queue, Events: ['s3:ObjectCreated:*'] });
  const [rule] = configuration?.Filter.Key.FilterRules ?? [];
  expect(rule?.Name).toBe('suffix');
  expect(isBuildhubKey(`pub/firefox/${rule?.Value}`)).toBe(true);
});
