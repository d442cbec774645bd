import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isBuildhubKey } from '../../schema/s3/object-key.ts';
import { loadedBy } from '../../tests/loaded-files.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const settings = parseEnv(readFileSync(new URL('../kubernetes/buildhub.env', import.meta.url), 'utf8'));
const { SQS_QUEUE_URL = '', SQS_DEAD_LETTER_QUEUE_URL = '', S3_BUCKET, AWS_REGION } = settings;

const arnOfQueue = (url: string) =>
  `arn:aws:sqs:${AWS_REGION}:${new URL(url).pathname.slice(1).replace('/', ':')}`;
const queue = arnOfQueue(SQS_QUEUE_URL);
const deadLetters = arnOfQueue(SQS_DEAD_LETTER_QUEUE_URL);
const bucket = `arn:aws:s3:::${S3_BUCKET}`;

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().regex(/^[A-Za-z0-9]+$/),
      Effect: z.literal('Allow'),
      Principal: z.strictObject({ Service: z.string() }).optional(),
      Action: list,
      Resource: list,
      Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    }),
  ),
});

test.each([
  ['api-policy.json', ['api/run.ts']],
  ['worker-policy.json', ['worker/run.ts', 'cli/dead-letters.ts']],
])('%s allows the requests to S3 and SQS that its code can send, and no other', (policy, entries) => {
  const statements = Policy.parse(read(policy)).Statement;
  expect(new Set(statements.flatMap(({ Action }) => Action))).toEqual(actionsOf(entries));
  for (const { Resource } of statements)
    for (const resource of Resource) expect([bucket, `${bucket}/*`, queue, deadLetters]).toContain(resource);
});

/** IAM's names of requests that are not called like their action. */
const actionNames: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
};

/** The IAM actions of the AWS commands in these files and all that they load. */
function actionsOf(entries: readonly string[]): Set<string> {
  const actions = new Set<string>();
  for (const file of loadedBy(...entries).files) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    for (const [, names = '', service] of source.matchAll(
      /^import \{([^}]*)\} from '@aws-sdk\/client-(s3|sqs)'/gm,
    ))
      for (const [, command = ''] of names.matchAll(/(\w+?)(?:Batch)?Command\b/g)) {
        const action = `${service}:${command}`;
        actions.add(actionNames[action] ?? action);
      }
  }
  return actions;
}

test('each address has a rate of requests, and a Retry-After beyond it', () => {
  const { Rules, Description } = read('web-acl.json') as { Rules: object[]; Description: string };
  const [rule] = Rules;
  // https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
  expect(Description).toMatch(/^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$/);
  expect(rule).toMatchObject({
    Statement: { RateBasedStatement: { Limit: 1_200, EvaluationWindowSec: 60, AggregateKeyType: 'IP' } },
    Action: {
      Block: {
        CustomResponse: { ResponseCode: 429, ResponseHeaders: [{ Name: 'Retry-After', Value: '60' }] },
      },
    },
  });
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

test('the bucket notifies the queue of every write of a key that the poller takes', () => {
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

test('a message may be delivered a hundred times and more, since a killed poller or an outage costs a delivery each', () => {
  const { RedrivePolicy } = read('queue-attributes.json') as { RedrivePolicy: string };
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(RedrivePolicy) as Record<string, string>;
  expect(deadLetterTargetArn).toBe(deadLetters);
  expect(Number(maxReceiveCount)).toBeGreaterThanOrEqual(100);
});
