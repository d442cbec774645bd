import { NativeConnection } from '@temporalio/worker';
import { connectionOptions, type TemporalSettings } from './connection.ts';

/** A connection for a worker, and for a client in the same process, which eager workflow start needs. */
export async function connectNative(config: TemporalSettings): Promise<NativeConnection> {
  return await NativeConnection.connect(connectionOptions(config));
}
