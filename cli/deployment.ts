import { userInfo } from 'node:os';
import { Client, type Connection, isGrpcServiceError } from '@temporalio/client';
import pg from 'pg';
import { type Config, loadConfig } from '../config/config.ts';
import { type Connected, connect, connectionString, type Database } from '../drizzle/connect.ts';
import { recordAction } from '../operations/audit-log.ts';
import type { ActionResult, OperationContext } from '../operations/operation.ts';
import { createLogger } from '../telemetry/logger.ts';
import { connectClient, connectWithoutRetry, type TemporalSettings } from '../temporal/connection.ts';
import {
  explainFailure,
  isUnavailable,
  ServiceUnavailableError,
  withoutPreamble,
} from './explain-failure.ts';
import { note } from './terminal.ts';

/** The deployment that the environment names, with clients of Temporal and PostgreSQL. */
export interface Deployment extends OperationContext {
  readonly config: Config;
  /**
   * Carries out an action and records it in the audit log. If that is not possible the action is carried out all the same,
   * with a warning: at such a time it may be needed most.
   *
   * @param run receives the operator
   */
  act<T extends ActionResult>(
    action: string,
    parameters: Readonly<Record<string, unknown>>,
    run: (requestedBy: string) => Promise<T>,
  ): Promise<T>;
}

/**
 * Runs a command on the deployment of the environment. PostgreSQL is connected to when it is first used.
 *
 * @throws {ServiceUnavailableError} if Temporal does not respond within five seconds
 */
export async function withDeployment<T>(run: (deployment: Deployment) => Promise<T>): Promise<T> {
  const config = loadConfig();
  await using resources = new AsyncDisposableStack();
  const connection = resources.adopt(await connectOrFail(config), (opened) => opened.close());
  const { database } = resources.use(openPool(config));
  const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  return await run({ config, temporal, database, act: actorOf(database) });
}

/** Carries out an action that needs no Temporal, and records it in the audit log. */
export async function withAuditLog<T extends ActionResult>(
  action: string,
  config: Config,
  run: () => Promise<T>,
): Promise<T> {
  await using postgres = openPool(config);
  return await actorOf(postgres.database)(action, {}, run);
}

/**
 * Runs a command on the database of a deployment.
 *
 * @param config the environment's, if undefined
 * @throws {ServiceUnavailableError} if PostgreSQL does not respond, or refuses
 */
export async function withDatabase<T>(
  run: (database: Database, config: Config) => Promise<T>,
  config = loadConfig(),
): Promise<T> {
  await using postgres = openPool(config);
  await connectPool(postgres.pool, config);
  return await run(postgres.database, config);
}

function openPool(config: Config): Connected {
  return connect(config, createLogger('command', config.LOG_LEVEL, 'stderr'), 'buildhub command');
}

function actorOf(database: Database): Deployment['act'] {
  const operator = userName();
  const onUnrecorded = (error: unknown) =>
    note(`buildhub: could not record this action in the audit log: ${explainFailure(error)}`);
  return async (action, parameters, run) =>
    await recordAction(
      database,
      { action, operator, via: 'command line', parameters, onUnrecorded },
      async () => await run(`${operator} (command line)`),
    );
}

/** Who runs the command; a container's user need not have a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/**
 * Makes the first connection of a pool, so that a database that is down is named with its address before anything is
 * begun.
 *
 * @throws {ServiceUnavailableError} if PostgreSQL does not respond, or refuses
 */
async function connectPool(pool: pg.Pool, { DATABASE_URL }: Pick<Config, 'DATABASE_URL'>): Promise<void> {
  // As its client reads it: no user and no password.
  const { host, port, database = '' } = new pg.Client({ connectionString: connectionString(DATABASE_URL) });
  const address = `${host}:${port}/${database}`;
  try {
    (await pool.connect()).release();
  } catch (error) {
    const refuses = error instanceof pg.DatabaseError;
    const why = refuses ? error.message : explainFailure(error);
    const details = { service: 'PostgreSQL', address, setting: 'DATABASE_URL', why, refuses };
    throw new ServiceUnavailableError(details, { cause: error });
  }
}

/** Milliseconds that Temporal has to respond to the first request. */
const timeLimit = 5_000;

/**
 * Connects to Temporal for a command. Without this each request would retry on its own, for 20 s and silently.
 *
 * @throws {ServiceUnavailableError} if Temporal cannot be reached, or does not respond within five seconds
 */
export async function connectOrFail(config: TemporalSettings): Promise<Connection> {
  const probe = connectWithoutRetry(config);
  try {
    await probe.withDeadline(Date.now() + timeLimit, () => probe.workflowService.getSystemInfo({}));
    return connectClient(config);
  } catch (error) {
    if (!isGrpcServiceError(error) || !isUnavailable(error.code)) throw error;
    const { address } = probe.options;
    const details = { service: 'Temporal', address, setting: 'TEMPORAL_ADDRESS' };
    throw new ServiceUnavailableError({ ...details, why: withoutPreamble(error.details) }, { cause: error });
  } finally {
    await probe.close();
  }
}
