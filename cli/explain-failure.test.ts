import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { Client, Connection } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, NamespaceNotFoundError, RetryState } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { explainFailure } from './explain-failure.ts';

/** Nobody listens at port 1. */
const nobody = '127.0.0.1:1';

/** What a client throws, explained. */
async function explain(request: Promise<unknown>): Promise<string> {
  return explainFailure(
    await request.then(
      () => new Error('it responded'),
      (error: unknown) => error,
    ),
  );
}

describe('a service that is down is named, with its setting', () => {
  test('PostgreSQL, without the statement', async () => {
    const pool = new pg.Pool({ connectionString: `postgresql://somebody@${nobody}/nothing` });
    expect(await explain(drizzle(pool).execute(sql`select 1`))).toMatch(
      /^PostgreSQL cannot be reached \(DATABASE_URL\): connect ECONNREFUSED \S+\n {2}Start it, or/,
    );
    await pool.end();
  });

  test('Elasticsearch', async () => {
    const client = new ElasticsearchClient({ node: `http://${nobody}`, maxRetries: 0 });
    expect(await explain(client.count())).toMatch(
      /^Elasticsearch cannot be reached \(ELASTICSEARCH_URL\): .*ECONNREFUSED/,
    );
    await client.close();
  });

  test('Temporal', async () => {
    const connection = Connection.lazy({ address: nobody, interceptors: [] });
    const client = new Client({ connection });
    expect(await explain(client.workflow.getHandle('none').describe())).toMatch(
      /^Temporal cannot be reached \(TEMPORAL_ADDRESS\): connect ECONNREFUSED/,
    );
    await connection.close();
    expect(explainFailure(new NamespaceNotFoundError('nowhere'))).toMatch(
      /^Temporal refuses the connection \(TEMPORAL_NAMESPACE\): .*'nowhere'\n {2}Correct TEMPORAL_NAMESPACE, or/,
    );
  });

  test('S3', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new S3Client({
      endpoint: `http://${nobody}`,
      region: 'us-west-2',
      credentials,
      maxAttempts: 1,
    });
    expect(await explain(client.send(new ListBucketsCommand({})))).toMatch(
      /^S3 or SQS cannot be reached \(.+\): connect ECONNREFUSED/,
    );
    client.destroy();
  });
});

test('what only wraps a cause is left out, and a cause that the message has already', () => {
  const failure = ApplicationFailure.create({
    message: 'No table: database "old" does not exist',
    cause: new Error('database "old" does not exist'),
  });
  const wrapped = new ActivityFailure('Activity task failed', 'a', '1', RetryState.TIMEOUT, 'i', failure);
  expect(explainFailure(wrapped)).toBe('No table: database "old" does not exist');
  expect(explainFailure(new Error('outer', { cause: new Error('inner') }))).toBe('outer\n  because: inner');
});

test('passwords are left out, of causes too', () => {
  const cause = new Error('connect to https://ada:secret@search.example failed');
  expect(explainFailure(new Error('No index', { cause }))).toBe(
    'No index\n  because: connect to https://***@search.example failed',
  );
  expect(explainFailure(new AggregateError([cause, cause]))).not.toContain('secret');
});
