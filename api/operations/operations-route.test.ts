import { S3ServiceException } from '@aws-sdk/client-s3';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import { errors } from '@elastic/elasticsearch';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { expect, test } from 'vitest';
import { ConflictError } from '../../operations/operation.ts';
import { toProblem } from '../openapi/http-problem.ts';
import { withProblems } from './operations-route.ts';

const denied = { name: 'AccessDenied', $fault: 'client', $metadata: {} } as const;

test.each<[service: string, Error]>([
  // Responses of Elasticsearch, or of a proxy before it.
  ...[429, 500, 503].map((statusCode): [string, Error] => {
    const response = { body: `busy: ${statusCode}`, statusCode, headers: {}, warnings: null };
    return ['Elasticsearch', new errors.ResponseError({ ...response, meta: {} as never })];
  }),
  ['S3', new S3ServiceException(denied)],
  ['SQS', new SQSServiceException(denied)],
  ['S3 or SQS', Object.assign(new Error('connect ECONNREFUSED'), { $metadata: {} })],
  // Of a server that ends while it passes a command on, and of one that has just started.
  ['Temporal', new WorkflowUpdateRPCTimeoutOrCancelledError('Call cancelled')],
  ['Temporal', new NamespaceNotFoundError('default')],
])('%s is unavailable, which is a 503, if it fails with %s', async (service, error) => {
  await expect(withProblems(Promise.reject(error))).rejects.toMatchObject({
    ...{ status: 503, headers: { 'Retry-After': '5' } },
    message: expect.stringMatching(new RegExp(`^${service} is unavailable`)),
  });
});

test.each([
  new errors.ConnectionError('https://ada:secret@search.example: connect ECONNREFUSED'),
  new ConflictError('The run refuses: https://ada:secret@search.example responded with 400'),
])('no response quotes the password of an address: %s', async (error) => {
  await expect(withProblems(Promise.reject(error))).rejects.toMatchObject({
    message: expect.stringMatching(/^(?!.*secret).*https:\/\/\*\*\*@search\.example/),
  });
});

test.each(['28P01', '3D000', '42P01', '40001', 'XX000', 'ENETUNREACH'])(
  'a database that returns %s is unavailable',
  (code) => {
    const cause = Object.assign(new Error('No'), { code });
    expect(toProblem(new Error('Failed query', { cause }))).toMatchObject({ status: 503 });
  },
);
