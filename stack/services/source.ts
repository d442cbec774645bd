import type { ManagedSpec } from '../managed-process.ts';
import type { StackSettings } from '../settings.ts';
import type { Note } from '../tasks.ts';

export const serviceNames = ['postgres', 'elasticsearch', 'temporal', 'aws'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a service is found and prepared with. */
export interface SourceContext {
  readonly settings: StackSettings;
  /** Downloads; outlives a reset. */
  readonly cacheDir: string;
  /** This service's own data. */
  readonly dataDir: string;
  /** All logs of the stack. */
  readonly logsDir: string;
  /** Whether data must survive a crash of the machine, and be there at the next start. */
  readonly persistent: boolean;
  /** Whether to spend little CPU time on the start rather than to be fast once warm. */
  readonly forTests?: boolean;
}

export interface PrepareContext extends SourceContext {
  readonly note: Note;
  readonly signal?: AbortSignal;
}

export type Ports = Readonly<Record<string, number>>;

/** It runs elsewhere; only its health is checked. */
export interface ExternalSource {
  readonly kind: 'external';
  /** In words, with the variable that named it. */
  readonly from: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Throws when it cannot be used as it is. */
  check(): Promise<void>;
}

/** It is started here, from a program or a package. */
export interface LocalSource {
  readonly kind: 'local';
  /** In words: name, version and origin. */
  readonly from: string;
  /** The ports it needs and the numbers that people expect. */
  readonly preferredPorts: Ports;
  /** Downloads what is missing in the cache. */
  prepare(context: PrepareContext): Promise<void>;
  /** Prepares the data folder and says how to start it. */
  launch(
    context: PrepareContext,
    ports: Ports,
  ): Promise<Omit<ManagedSpec, 'name' | 'logFile' | 'lockFile' | 'signal'>>;
  /** Done once each time it is ready, before anybody uses it. */
  afterReady?(ports: Ports): Promise<void>;
  url(ports: Ports): string;
  env(ports: Ports): Readonly<Record<string, string>>;
}

/** It can be had in none of the ways. */
export interface MissingSource {
  readonly kind: 'missing';
  /** What is missing, what for, and how to get it. */
  readonly needs: string;
}

export type Source = ExternalSource | LocalSource | MissingSource;

/** A port of a source by its name; the stack reserves every one in `preferredPorts`. */
export function portOf(ports: Ports, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`No port was reserved for "${name}".`);
  return port;
}

/** The numbers of the first version in a text: `postgres (PostgreSQL) 15.18 (Debian ...)` is [15, 18]. */
export function parseVersion(text: string | undefined): number[] {
  return (
    /(?<![\w.])\d+(?:\.\d+)*/
      .exec(text ?? '')?.[0]
      .split('.')
      .map(Number) ?? []
  );
}

/** The HTTP status of a GET, within two seconds. Throws when nothing responds. */
export async function httpStatus(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status;
}

/** The error for a service that runs elsewhere and cannot be used, with what to do about it. */
export function unreachable(title: string, variable: string, address: string, cause: unknown): Error {
  return new Error(
    `${title} at ${address} (from ${variable}) cannot be used: ${reasonOf(cause)}. Start it, correct ${variable}, or unset it to have one started here.`,
  );
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause instanceof Error) return reasonOf(cause.cause);
  const inner = cause instanceof AggregateError ? cause.errors[0] : undefined;
  return cause.message || (inner ? reasonOf(inner) : cause.name);
}
