import { S3ServiceException } from '@aws-sdk/client-s3';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import { errors } from '@elastic/elasticsearch';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { expect, test } from 'vitest';
import { ConflictError } from '../../operations/operation.ts';
import { toProblem } from '../openapi/http-problem.ts';
import { withProblems } from './operations-route.ts';

test.each([429, 500, 503])(
  'a response %i of Elasticsearch, or of a proxy before it, is a 503',
  async (status) => {
    const error = new errors.ResponseError({
      ...{ body: 'busy', statusCode: status, headers: {}, warnings: null, meta: {} as never },
    });
    await expect(withProblems(Promise.reject(error))).rejects.toMatchObject({
      ...{ status: 503, headers: { 'Retry-After': '5' } },
      message: expect.stringMatching(/^Elasticsearch is unavailable/),
    });
  },
);

test.each([
  [new S3ServiceException({ name: 'AccessDenied', $fault: 'client', $metadata: {} }), 'S3'],
  [new SQSServiceException({ name: 'AccessDenied', $fault: 'client', $metadata: {} }), 'SQS'],
  [Object.assign(new Error('connect ECONNREFUSED'), { $metadata: {} }), 'S3 or SQS'],
])('%s is one of %s', async (error, service) => {
  await expect(withProblems(Promise.reject(error))).rejects.toMatchObject({
    ...{ status: 503, message: expect.stringContaining(`${service} is unavailable`) },
  });
});

test.each([
  // Of a server that ends while it passes a command on, and of one that has just started.
  new WorkflowUpdateRPCTimeoutOrCancelledError('Call cancelled'),
  new NamespaceNotFoundError('default'),
])('Temporal’s %s is a 503', async (error) => {
  await expect(withProblems(Promise.reject(error))).rejects.toMatchObject({
    ...{ status: 503, headers: { 'Retry-After': '5' } },
    message: expect.stringMatching(/^Temporal is unavailable/),
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
