import type { ManagedSpec } from '../managed-process.ts';
import type { StackSettings } from '../settings.ts';
import type { Note } from '../tasks.ts';

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

type Ports<Name extends string> = Readonly<Record<Name, number>>;

/** It runs elsewhere; only its health is checked. */
export interface ExternalSource {
  readonly kind: 'external';
  /** In words, with the variable that named it. */
  readonly from: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Throws when it cannot be used as it is. */
  check(): Promise<unknown>;
}

/** It is started here, from a program or a package. `Port` names its ports. */
export interface LocalSource<Port extends string = string> {
  readonly kind: 'local';
  /** In words: name, version and origin. */
  readonly from: string;
  /** The ports it needs and the numbers that people expect. */
  readonly preferredPorts: Ports<Port>;
  /** Downloads what is missing in the cache. */
  prepare(context: PrepareContext): Promise<void>;
  /** Prepares the data folder and says how to start it. */
  launch(
    context: PrepareContext,
    ports: Ports<Port>,
  ): Promise<Omit<ManagedSpec, 'name' | 'logFile' | 'lockFile' | 'signal'>>;
  /** Done once each time it is ready, before anybody uses it. */
  afterReady?(ports: Ports<Port>): Promise<void>;
  url(ports: Ports<Port>): string;
  env(ports: Ports<Port>): Readonly<Record<string, string>>;
}

/** It can be had in none of the ways. */
export interface MissingSource {
  readonly kind: 'missing';
  /** What is missing, what for, and how to get it. */
  readonly needs: string;
}

export type Source = ExternalSource | LocalSource | MissingSource;

/** The HTTP status of a GET, within two seconds. Throws when nothing responds. */
export async function httpStatus(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status;
}
