import type { Client } from '@elastic/elasticsearch';
import type { Client as TemporalClient } from '@temporalio/client';
import type { Version } from '../config/version.ts';
import type { Database } from '../drizzle/connect.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HealthCheck } from './dockerflow/health-checks.ts';
import type { ObserveStores } from './metrics.ts';
import type { OperationsSettings } from './operations/operations-context.ts';

/** What the API depends on. */
export interface ApiDependencies {
  readonly elasticsearch: Client;
  readonly database: Database;
  /** The histories of ingestions. While it is unavailable, responses say that their timeline is missing. */
  readonly temporal: Pick<TemporalClient, 'workflow'>;
  /** The number of builds in the table. */
  countBuilds(): Promise<number>;
  /** The checks of `/__heartbeat__`, in their order. */
  readonly healthChecks: readonly HealthCheck[];
  /** Whether the process has to be restarted, see `Connected.isWedged`. */
  isWedged(): boolean;
  /** Which code runs; undefined if that is unknown. */
  readVersion(): Version | undefined;
  readonly logger: Logger;
  /** The gauges of the stores for `/metrics`; without it there are none. */
  readonly observeStores?: ObserveStores;
  /** What operations need; without it there are no routes for them. */
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
  /** Searches in flight; more get a 503. */
  readonly searchesInFlight: number;
  /** Exports in flight; more get a 503. */
  readonly exportsInFlight: number;
  /** Proxies in front of the API whose X-Forwarded-For says who the client is. */
  readonly trustedHops: number;
  /** Builds that an export reads at a time. */
  readonly exportPageSize: number;
  /** Names that are accepted in the `Host` header; empty for any. */
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
