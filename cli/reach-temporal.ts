import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { connectClient, connectWithoutRetry, type TemporalSettings } from '../temporal/connection.ts';
import { isAway, withoutPreamble } from './explain-failure.ts';
import { sayIfSlow } from './say-if-slow.ts';
import { ServiceAway } from './service-away.ts';

/** Milliseconds for the question why nobody has answered. */
const questionTimeout = 1_000;

/**
 * A connection for the command of a person: tries for ten seconds, the SDK's own time limit for connecting, and says so
 * where it takes long. Without it each request of the command would try by itself, for 20 s and without a word.
 *
 * @throws {ServiceAway} where Temporal does not answer within that time
 */
export async function reachTemporal(config: TemporalSettings): Promise<Connection> {
  const connection = connectClient(config);
  const { address, connectTimeoutMs } = connection.options;
  try {
    const text = `Temporal at ${address} does not answer yet; trying for ${connectTimeoutMs / 1_000} s`;
    await sayIfSlow(connection.ensureConnected(), text);
    return connection;
  } catch (error) {
    await connection.close();
    const why = await whyAway(config, error);
    if (why === undefined) throw error;
    throw new ServiceAway(
      { service: 'Temporal', address, setting: 'TEMPORAL_ADDRESS', why },
      { cause: error },
    );
  }
}

/**
 * Why there is no connection, which the SDK does not tell of one that it has waited for; undefined where Temporal
 * answers, and says no.
 */
async function whyAway(config: TemporalSettings, error: unknown): Promise<string | undefined> {
  const cause = error instanceof Error ? error.cause : undefined;
  if (isGrpcServiceError(cause) && !isAway(cause.code)) return undefined;
  const connection = connectWithoutRetry(config);
  try {
    const deadline = Date.now() + questionTimeout;
    await connection.withDeadline(deadline, () => connection.workflowService.getSystemInfo({}));
    return 'it answered too late';
  } catch (answer) {
    if (!isGrpcServiceError(answer) || !isAway(answer.code)) return String(answer);
    return withoutPreamble(answer.details);
  } finally {
    await connection.close();
  }
}
