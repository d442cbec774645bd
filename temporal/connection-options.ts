import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Config, temporalEnvironment } from '../config/config.ts';

/** What it takes to reach Temporal. */
export interface TemporalSettings extends Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'> {}

/**
 * Options to connect to Temporal, from the `TEMPORAL_*` variables and the configuration file that Temporal's tools
 * share: address, API key, TLS, profile.
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
