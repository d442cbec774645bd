import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Database } from '../drizzle/connect.ts';

export const runCommands = ['pause', 'resume', 'cancel', 'limit'] as const;

export type RunCommand = (typeof runCommands)[number];

export type OperationSettings = Pick<Config, 'ELASTICSEARCH_INDEX' | 'S3_BUCKET' | 'TEMPORAL_TASK_QUEUE'>;

export interface OperationContext {
  readonly config: OperationSettings;
  readonly temporal: Client;
  readonly database: Database;
}

export interface PrepareContext {
  readonly config: OperationSettings;
  /** Stores keys that are too many for an input. @returns the name of the list */
  storeKeys(keys: readonly string[]): Promise<string>;
}

/** What the workflow of an operation is started with. */
export interface Prepared {
  /** Its first argument. */
  readonly input: object;
  /** More for its memo, beside operator, title and input. */
  readonly memo?: Readonly<Record<string, unknown>>;
}

export interface OperationOf<Input> {
  /** In kebab case: the command `buildhub NAME` and the address `/api/operations/NAME/start`. */
  readonly name: string;
  readonly workflowType: string;
  /** For people, such as `Roll back`. */
  readonly title: string;
  /** Sentences that say what it does and what is kept. */
  readonly description: string;
  /** Commands that a running one takes; `limit` changes its rate limit. */
  readonly commands: readonly RunCommand[];
  /**
   * The id of the workflow. One that is the same each time makes the operation run one at a time.
   */
  workflowId(input: Input, settings: OperationSettings): string;
  /** What this run does, in a line for people. */
  summary(input: Input, settings: OperationSettings): string;
  /** Turns the input into what the workflow takes, and stores what is too large for it. */
  prepare(input: Input, context: PrepareContext): Prepared | Promise<Prepared>;
}

/**
 * Something long that operators start: a workflow, and an input from whose schema the flags of the command line, the
 * schema of the API and the form of the page are made. Members of the schema are strings, numbers, booleans, enumerations
 * or arrays of strings, each with a description. `.meta({ fromFile: true })` lets the command line read an array from a
 * file.
 */
export interface Operation extends OperationOf<Record<string, unknown>> {
  readonly input: z.ZodObject;
  /** Inputs that show how it is used, each with what it does. */
  readonly examples: readonly { readonly input: Readonly<Record<string, unknown>>; readonly about: string }[];
}

/** Checks an operation against the type of its input, which the registry itself does not need to know. */
export function defineOperation<Schema extends z.ZodObject>(
  operation: OperationOf<z.output<Schema>> & {
    readonly input: Schema;
    readonly examples: readonly { readonly input: z.input<Schema>; readonly about: string }[];
  },
): Operation {
  return operation as unknown as Operation;
}

export interface ActionResult {
  readonly result: string;
  /** The workflow that was started or changed. */
  readonly workflowId?: string | undefined;
  /** For the audit log: `done` unless it says otherwise; `started` if its end is yet to come. */
  readonly outcome?: 'started' | 'done' | 'failed';
}

/** An action is not possible at the moment: another operation is running, or the one that is named is not. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}
