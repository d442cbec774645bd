import { Connection } from '@temporalio/client';
import { connectionOptions, type TemporalSettings } from './connection-options.ts';

/** A connection for a process that only talks to Temporal as a client. Connects when it is first used. */
export function connectClient(config: TemporalSettings): Connection {
  return Connection.lazy(connectionOptions(config));
}

/**
 * The same for who asks again by itself: a request is made once. It can be closed at any time, while the SDK's own retry,
 * where it waits to try again on a connection that was closed meanwhile, ends the process.
 */
export function connectWithoutRetry(config: TemporalSettings): Connection {
  return Connection.lazy({ ...connectionOptions(config), interceptors: [] });
}
