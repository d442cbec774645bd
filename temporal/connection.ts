import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { type Config, temporalEnvironment } from '../config/config.ts';

/**
 * Options to connect to Temporal, from the `TEMPORAL_*` variables and the configuration file that Temporal's tools
 * share: address, API key, TLS, profile.
 */
function connectionOptions(config: Pick<Config, 'TEMPORAL_ADDRESS'>) {
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: temporalEnvironment() });
  return { ...connectionOptions, address: connectionOptions.address ?? config.TEMPORAL_ADDRESS };
}

/** A connection for a worker, and for a client in the same process, which eager workflow start needs. */
export async function connectNative(config: Pick<Config, 'TEMPORAL_ADDRESS'>): Promise<NativeConnection> {
  return await NativeConnection.connect(connectionOptions(config));
}

/** A connection for a process that only talks to Temporal as a client. Connects when it is first used. */
export function connectClient(config: Pick<Config, 'TEMPORAL_ADDRESS'>): Connection {
  return Connection.lazy(connectionOptions(config));
}
