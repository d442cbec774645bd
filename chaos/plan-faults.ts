import { Random } from '../stack/samples/random.ts';

/** The processes of Buildhub that a run breaks: two workers, two pollers (one inside a worker), two APIs. */
export const processNames = ['worker-and-poller', 'worker', 'poller', 'api-1', 'api-2'] as const;
export type ProcessName = (typeof processNames)[number];

/** The connections between those processes and the services; each goes through a proxy. */
export const edgeNames = ['postgres', 'elasticsearch', 'temporal', 's3', 'sqs'] as const;
export type EdgeName = (typeof edgeNames)[number];

export const serviceNames = ['postgres', 'elasticsearch', 'temporal', 's3', 'sqs'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a proxy does to its connections. */
export type EdgeFault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connections stay open and carry nothing, or no responses: the other end has gone without a word. */
  | { readonly kind: 'half-open'; readonly carriesRequests: boolean }
  /** A response is cut off after so many bytes. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Each HTTP request gets a response with this status. */
  | { readonly kind: 'respond'; readonly status: number };

export type ProcessFault = { readonly kind: 'kill' | 'terminate' | 'freeze' };

export type ServiceFault = {
  readonly kind: 'kill' | 'freeze' | 'read-only' | 'no-connections' | 'write-block';
};

type Broken =
  | { readonly where: 'process'; readonly target: ProcessName; readonly fault: ProcessFault }
  | { readonly where: 'service'; readonly target: ServiceName; readonly fault: ServiceFault }
  | { readonly where: 'edge'; readonly target: EdgeName; readonly fault: EdgeFault };

/** A fault: it begins `at` seconds after the start of the run and heals `seconds` later. */
export type Fault = Broken & { readonly at: number; readonly seconds: number };

/** How the faults of a run are chosen. */
export interface FaultOptions {
  readonly seed: number;
  readonly count: number;
  /** Seconds that the shortest and the longest fault last. */
  readonly shortest: number;
  readonly longest: number;
  /** Only faults with a name, as {@link faultName} has it, that begins with one of these; all by default. */
  readonly only?: readonly string[];
}

/** `edge postgres half-open`: where a fault is, of what, and its kind. */
export function faultName({ where, target, fault }: Broken): string {
  return `${where} ${target} ${fault.kind}`;
}

/** Chances in all; a restart of Elasticsearch takes half a minute, so it is rare. */
const weights: Readonly<Record<string, number>> = { 'service elasticsearch kill': 1 };
const usualWeight = 3;

/**
 * The schedule of faults. The same options give the same one. About a third begin together with the one before; no two at
 * the same time have the same target.
 */
export function planFaults({ seed, count, shortest, longest, only = [''] }: FaultOptions): Fault[] {
  const random = new Random(seed);
  const faults: Fault[] = [];
  const busyUntil = new Map<string, number>();
  let at = 0;
  while (faults.length < count) {
    if (random.integer(1, 10) > 3) at += random.integer(10, 70) / 10;
    const choices = everyFault(random).filter(
      (broken) =>
        only.some((name) => faultName(broken).startsWith(name)) &&
        (busyUntil.get(targetOf(broken)) ?? 0) < at,
    );
    const [first, ...others] = choices.flatMap((broken) =>
      Array.from({ length: weights[faultName(broken)] ?? usualWeight }, () => broken),
    );
    if (!first) {
      if (everyFault(random).every((broken) => !only.some((name) => faultName(broken).startsWith(name))))
        throw new Error(`There is no fault that begins with ${only.join(' or ')}`);
      at += 1;
      continue;
    }
    const broken = random.pick([first, ...others]);
    // Most are short: the third power of a number between 0 and 1 is small.
    const share = (random.integer(0, 1_000) / 1_000) ** 3;
    const seconds = Math.round((shortest + share * (longest - shortest)) * 10) / 10;
    busyUntil.set(targetOf(broken), at + seconds);
    faults.push({ ...broken, at: Math.round(at * 10) / 10, seconds });
  }
  return faults;
}

/** Seconds until the last fault has healed. */
export function lengthOf(faults: readonly Fault[]): number {
  return Math.ceil(Math.max(0, ...faults.map(({ at, seconds }) => at + seconds)));
}

function targetOf({ where, target }: Broken): string {
  return `${where} ${target}`;
}

/** One fault of every kind for every target. */
function everyFault(random: Random): Broken[] {
  const edgeFaults = (): EdgeFault[] => [
    { kind: 'reset' },
    { kind: 'delay', milliseconds: random.integer(200, 3_000) },
    { kind: 'half-open', carriesRequests: random.integer(0, 1) === 1 },
    { kind: 'cut', bytes: random.integer(1, 2_000) },
  ];
  const status = (): EdgeFault => ({ kind: 'respond', status: random.pick([429, 500, 503]) });
  const isHttp = (edge: EdgeName) => edge !== 'postgres' && edge !== 'temporal';
  const serviceFaults: Readonly<Record<ServiceName, readonly ServiceFault['kind'][]>> = {
    postgres: ['kill', 'freeze', 'read-only', 'no-connections'],
    elasticsearch: ['kill', 'freeze', 'write-block'],
    temporal: ['kill', 'freeze'],
    // Their emulators keep everything in memory, so they cannot be killed.
    s3: ['freeze'],
    sqs: ['freeze'],
  };
  return [
    ...processNames.flatMap((target) =>
      (['kill', 'terminate', 'freeze'] as const).map(
        (kind): Broken => ({ where: 'process', target, fault: { kind } }),
      ),
    ),
    ...serviceNames.flatMap((target) =>
      serviceFaults[target].map((kind): Broken => ({ where: 'service', target, fault: { kind } })),
    ),
    ...edgeNames.flatMap((target) =>
      [...edgeFaults(), ...(isHttp(target) ? [status()] : [])].map(
        (fault): Broken => ({ where: 'edge', target, fault }),
      ),
    ),
  ];
}
