import { CreateQueueCommand, DeleteQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { createSqsClient } from '../../aws/clients.ts';
import { setUpStores } from '../../cli/setup.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { type Connected, connect } from '../../drizzle/connect.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { administrate } from '../../tests/fixture/administrate.ts';
import { environmentWithoutServices } from '../../tests/fixture/own-stack.ts';

/** An empty database, index, queue and task queue, so that every measurement begins with the same. */
export interface RoundStores extends AsyncDisposable {
  readonly config: Config;
  /** What a process needs to run on these stores. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly elasticsearch: ElasticsearchClient;
  readonly postgres: Connected;
}

/**
 * Makes the stores of one measurement; disposing of them removes them.
 *
 * @param name lower case letters, digits and `-`; becomes the name of each
 * @param settings addresses of the services, and what is to be measured with other settings than the defaults
 */
export async function makeRoundStores(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<RoundStores> {
  const base = { ...environmentWithoutServices(), ...settings };
  const { DATABASE_URL: maintenance } = loadConfig(base);
  const database = new URL(maintenance);
  database.pathname = `/${name}`;
  await administrate(maintenance, `create database "${name}"`);
  const sqs = createSqsClient(loadConfig(base));
  const queue = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '60' } }),
  );
  const queueUrl = queue.QueueUrl ?? '';
  const env = {
    ...base,
    DATABASE_URL: database.href,
    ELASTICSEARCH_INDEX: name,
    TEMPORAL_TASK_QUEUE: name,
    SQS_QUEUE_URL: queueUrl,
    // Only how soon an idle process ends.
    SQS_WAIT_SECONDS: settings.SQS_WAIT_SECONDS ?? '2',
    WORKER_HTTP_PORT: '0',
  };
  const config = loadConfig(env);
  await setUpStores(config, () => undefined);
  const elasticsearch = createElasticsearchClient(config);
  const postgres = connect(config, createLogger('bench', 'error'), 'bench');
  return {
    config,
    env,
    sqs,
    queueUrl,
    elasticsearch,
    postgres,
    async [Symbol.asyncDispose]() {
      await postgres.close();
      await administrate(maintenance, `drop database "${name}" with (force)`);
      await elasticsearch.indices.delete({ index: `${name}-*` });
      await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    },
  };
}
