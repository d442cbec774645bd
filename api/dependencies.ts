import type { Client } from '@elastic/elasticsearch';
import type { Client as TemporalClient } from '@temporalio/client';
import type { Version } from '../config/version.ts';
import type { Database } from '../drizzle/connect.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HealthCheck } from './dockerflow/health-checks.ts';
import type { ObserveStores } from './metrics.ts';
import type { OperationsSettings } from './operations/operations-context.ts';

/** What the API works with. Tests bring their own. */
export interface ApiDependencies {
  readonly elasticsearch: Client;
  readonly database: Database;
  /** Where the histories of ingestions are. It may be away: then answers lack the timeline and say so. */
  readonly temporal: Pick<TemporalClient, 'workflow'>;
  /** The number of builds in the table. */
  countBuilds(): Promise<number>;
  /** What `/__heartbeat__` looks at, in the order in which it is shown. */
  readonly healthChecks: readonly HealthCheck[];
  /** Whether the process has to be restarted, see `Connected.isWedged`. */
  isWedged(): boolean;
  /** Which code runs; undefined where nobody knows. */
  readVersion(): Version | undefined;
  readonly logger: Logger;
  /** What `/metrics` tells about the stores; without it nothing. */
  readonly observeStores?: ObserveStores;
  /** What operating the system takes; without it there are no routes for that. */
  readonly operations?: OperationsSettings;
  readonly settings: ApiSettings;
}

/** What can be set from outside. */
export interface ApiSettings {
  /** Alias of the build index, and the name of the index for clients. */
  readonly index: string;
  /** Largest `size` of a search. */
  readonly maxSearchSize: number;
  /** Milliseconds that a search may take. */
  readonly searchTimeLimit: number;
  /** Searches at the same time; more are answered with 503. */
  readonly searchesInFlight: number;
  /** Exports at the same time; more are answered with 503. */
  readonly exportsInFlight: number;
  /** Proxies in front of the API whose X-Forwarded-For says who the client is. */
  readonly trustedHops: number;
  /** Builds that an export reads at a time. */
  readonly exportPageSize: number;
  /** Names in the `Host` header that are answered; empty for any. */
  readonly allowedHosts: readonly string[];
  /** `max-age` of Strict-Transport-Security, in seconds; 0 for no such header. */
  readonly hstsSeconds: number;
  /** Address that browsers report breaches of the Content-Security-Policy to. */
  readonly cspReportUri?: string;
  /** Address at which clients reach the API, for what needs a whole one, such as the feed. */
  readonly publicUrl: string;
  /** Address of the Temporal UI, for links. */
  readonly temporalUiUrl: string;
  readonly temporalNamespace: string;
  /** Folder with the built UI; it need not exist. */
  readonly staticRoot: string;
}

/** Settings that suit most installations; only the index and the folder of the UI have none. */
export const defaultSettings = {
  maxSearchSize: 1000,
  searchTimeLimit: 10_000,
  searchesInFlight: 64,
  exportsInFlight: 4,
  trustedHops: 0,
  exportPageSize: 500,
  allowedHosts: [],
  hstsSeconds: 31_536_000,
  publicUrl: 'http://localhost:8000',
  temporalUiUrl: 'http://localhost:8233',
  temporalNamespace: 'default',
} as const satisfies Partial<ApiSettings>;
