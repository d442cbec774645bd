import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { StackSettings } from '../settings.ts';
import { type ExternalSource, unreachable } from './source.ts';

/** A Temporal that runs elsewhere, with TLS and API key as the standard TEMPORAL_* variables say. */
export function externalTemporal(settings: StackSettings, address: string): ExternalSource {
  return {
    kind: 'external',
    from: `${address} (TEMPORAL_ADDRESS)`,
    url: address,
    env: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: settings.temporalNamespace,
      TEMPORAL_UI_URL: settings.temporalUiUrl ?? `http://${address.replace(/:\d+$/, '')}:8233`,
    },
    async check() {
      try {
        const { connectionOptions } = loadClientConnectConfig();
        const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: '10s' });
        try {
          await connection.workflowService.describeNamespace({ namespace: settings.temporalNamespace });
        } finally {
          await connection.close();
        }
      } catch (error) {
        throw unreachable('Temporal', 'TEMPORAL_ADDRESS', address, error);
      }
    },
  };
}
