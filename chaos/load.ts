import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readBuilds } from '../schema/published-build.ts';
import { InvalidBuildError } from '../schema/validate-build.ts';
import { s3Event, send } from '../tests/fixture/messages.ts';
import type { Sandbox } from '../tests/fixture/sandbox.ts';
import type { Change, Load } from './plan-load.ts';

/** A content that an object has had. */
export interface Content {
  readonly etag: string;
  /** Hashes of its builds; undefined if it is not a valid build. */
  readonly hashes: readonly string[] | undefined;
  /** When S3 had it, milliseconds since 1970. */
  readonly at: number;
  /** Whether an event was, or will be, sent for it. */
  readonly isAnnounced: boolean;
}

/** What has happened to the object of one key. */
export interface ObjectHistory {
  readonly contents: Content[];
  isDeleted: boolean;
  /** When it was first deleted; undefined if it never was. */
  deletedAt?: number;
}

/** Objects that change at the same time. */
const concurrency = 16;

/** Carries out the load, and records what was acknowledged. Every request is repeated until it is. */
export class LoadRunner {
  readonly #sandbox: Sandbox;
  readonly #pending = new Set<Promise<void>>();
  /** Changes of one key happen in order. */
  readonly #turns = new Map<string, Promise<void>>();
  #sequence = 0;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  readonly objects = new Map<string, ObjectHistory>();
  /** Ids of messages that nobody can read. */
  readonly unreadable = new Set<string>();
  writes = 0;
  messages = 0;

  /** Resolves when everything is acknowledged, the last late event included. */
  async run({ changes, unreadable }: Load, signal: AbortSignal): Promise<void> {
    const start = Date.now();
    const until = (seconds: number) =>
      sleep(Math.max(0, start + seconds * 1_000 - Date.now()), undefined, { signal });
    const odd = (async () => {
      for (const { at, body } of unreadable) {
        await until(at);
        this.unreadable.add(await this.#send(body));
      }
    })();
    for (const change of changes) {
      await until(change.at);
      while (this.#turns.size >= concurrency) await Promise.race(this.#turns.values());
      signal.throwIfAborted();
      const turn = (this.#turns.get(change.key) ?? Promise.resolve()).then(() => this.#apply(change));
      const done = turn.finally(() => {
        if (this.#turns.get(change.key) === done) this.#turns.delete(change.key);
      });
      this.#turns.set(change.key, done);
    }
    await Promise.all([odd, ...this.#turns.values()]);
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #apply({ key, body, events }: Change): Promise<void> {
    const { s3, config } = this.#sandbox;
    const object = { Bucket: config.S3_BUCKET, Key: key };
    const history = this.objects.get(key) ?? { contents: [], isDeleted: false };
    this.objects.set(key, history);
    const sequencer = (++this.#sequence).toString(16).toUpperCase().padStart(16, '0');
    this.writes += 1;
    if (body === undefined) {
      history.deletedAt ??= Date.now();
      await insist(() => s3.send(new DeleteObjectCommand(object)));
      history.isDeleted = true;
      return;
    }
    const { ETag = '' } = await insist(() => s3.send(new PutObjectCommand({ ...object, Body: body })));
    const etag = ETag.replaceAll('"', '');
    const isAnnounced = events.length > 0;
    history.contents.push({ etag, hashes: hashesOf(body), at: Date.now(), isAnnounced });
    history.isDeleted = false;
    const event = s3Event(config.S3_BUCKET, key, { sequencer, eTag: etag, size: body.length });
    for (const delay of events) {
      const sending = sleep(delay * 1_000).then(async () => void (await this.#send(event)));
      this.#pending.add(sending);
      void sending.finally(() => this.#pending.delete(sending));
    }
  }

  async #send(body: unknown): Promise<string> {
    const id = await insist(() => send(this.#sandbox, body));
    this.messages += 1;
    return id;
  }
}

function hashesOf(body: string): string[] | undefined {
  try {
    return readBuilds(body).map(({ hash }) => hash);
  } catch (error) {
    if (error instanceof InvalidBuildError) return undefined;
    throw error;
  }
}

/** Repeats a request until it is acknowledged, through outages of S3 and SQS. */
async function insist<T>(request: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch {
      await sleep(500);
    }
  }
}
