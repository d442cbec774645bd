/** Everything long that operators start: what it is called, and the types of workflow that do it. */
export const operationTypes = {
  backfill: ['backfill'],
  reindex: ['reindex', 'rollBack', 'dropIndexes'],
  retry: ['retryFailed'],
  reconcile: ['reconcile'],
  import: ['importBuildhub2'],
} as const;

export type OperationKind = keyof typeof operationTypes;

export const operationKinds = Object.keys(operationTypes) as OperationKind[];

/** The kind of operation that a type of workflow is; undefined for any other workflow, such as an ingestion. */
export function kindOf(workflowType: string): OperationKind | undefined {
  return operationKinds.find((kind) => (operationTypes[kind] as readonly string[]).includes(workflowType));
}

/** `waiting`: it runs, and no worker is there to say how far it is. */
export const runStatuses = [
  'running',
  'pausing',
  'paused',
  'waiting',
  'done',
  'cancelled',
  'failed',
] as const;

export type RunStatus = (typeof runStatuses)[number];

/** What an open run can be told. */
export const runCommands = ['pause', 'resume', 'cancel', 'limit'] as const;

export type RunCommand = (typeof runCommands)[number];

/** How far an operation is, or what came of it, in the same shape for all kinds. */
export interface RunSummary {
  /** What it does at the moment, in words of its own kind, such as `filling`. */
  readonly phase: string | undefined;
  readonly isPaused: boolean;
  readonly isDryRun: boolean;
  /** From 0 to 1, where the whole is known. */
  readonly share: number | undefined;
  /** Since the start. */
  readonly seconds: number | undefined;
  readonly secondsLeft: number | undefined;
  /** The pace that it keeps to, where it can be told another: of what, and how many per second, null for any. */
  readonly limit: { readonly unit: string; readonly perSecond: number | null } | undefined;
  readonly speeds: readonly { readonly unit: string; readonly perSecond: number }[];
  /** Numbers and names worth knowing, in the order in which they are read. */
  readonly facts: readonly { readonly label: string; readonly value: number | string }[];
  /** What is wrong, for people. */
  readonly problem: string | undefined;
}
