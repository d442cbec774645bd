import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Config, temporalEnvironment } from '../config/config.ts';

/** A connection for a process that only talks to Temporal as a client. Connects when it is first used. */
export function connectClient(config: TemporalSettings): Connection {
  return Connection.lazy(connectionOptions(config));
}

/**
 * The same without the SDK's own retry, for callers that repeat requests themselves. It can be closed at any time; the
 * retry ends the process if the connection is closed while it waits.
 */
export function connectWithoutRetry(config: TemporalSettings): Connection {
  return Connection.lazy({ ...connectionOptions(config), interceptors: [] });
}

export interface TemporalSettings extends Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'> {}

/**
 * Options to connect to Temporal, from the `TEMPORAL_*` variables and the configuration file that `TEMPORAL_CONFIG_FILE`
 * names: address, API key, TLS, profile.
 */
export function connectionOptions({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY }: TemporalSettings) {
  const { connectionOptions } = loadClientConnectConfig({
    overrideEnvVars: {
      ...temporalEnvironment(),
      ...(TEMPORAL_ADDRESS && { TEMPORAL_ADDRESS }),
      ...(TEMPORAL_API_KEY && { TEMPORAL_API_KEY }),
    },
  });
  return connectionOptions;
}
