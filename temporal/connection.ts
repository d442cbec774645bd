import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { type Config, temporalEnvironment } from '../config/config.ts';

type Settings = Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'>;

/**
 * Options to connect to Temporal, from the `TEMPORAL_*` variables and the configuration file that Temporal's tools
 * share: address, API key, TLS, profile.
 */
function connectionOptions({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY }: Settings) {
  const { connectionOptions } = loadClientConnectConfig({
    overrideEnvVars: {
      ...temporalEnvironment(),
      ...(TEMPORAL_ADDRESS && { TEMPORAL_ADDRESS }),
      ...(TEMPORAL_API_KEY && { TEMPORAL_API_KEY }),
    },
  });
  return connectionOptions;
}

/** A connection for a worker, and for a client in the same process, which eager workflow start needs. */
export async function connectNative(config: Settings): Promise<NativeConnection> {
  return await NativeConnection.connect(connectionOptions(config));
}

/** A connection for a process that only talks to Temporal as a client. Connects when it is first used. */
export function connectClient(config: Settings): Connection {
  return Connection.lazy(connectionOptions(config));
}

/**
 * The same for who asks again by itself: a request is made once. It can be closed at any time, while the SDK's own retry,
 * where it waits to try again on a connection that was closed meanwhile, ends the process.
 */
export function connectWithoutRetry(config: Settings): Connection {
  return Connection.lazy({ ...connectionOptions(config), interceptors: [] });
}
