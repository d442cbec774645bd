import { userInfo } from 'node:os';
import { Client } from '@temporalio/client';
import { type Config, loadConfig } from '../config/config.ts';
import { reachTemporal } from './reach-temporal.ts';

/** A deployment, as the environment names it, and a client of its Temporal. */
export interface Deployment {
  readonly config: Config;
  readonly client: Client;
  /** Who runs the command, for what it starts. */
  readonly operator: string;
}

/**
 * Runs a command on the deployment of the environment.
 *
 * @throws {ServiceAway} where Temporal does not answer within ten seconds
 */
export async function withTemporal<T>(run: (deployment: Deployment) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const connection = await reachTemporal(config);
  try {
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    return await run({ config, client, operator: `${userName()} (command line)` });
  } finally {
    await connection.close();
  }
}

/** Who runs the command; a container's user need not have a name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
