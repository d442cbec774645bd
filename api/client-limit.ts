import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { jsonResponse } from './json-response.ts';

/** Limits how many things one client does at the same time, so that no client takes all places of a process. */
export class PlacesPerClient {
  readonly #most: number;
  readonly #trustedHops: number;
  readonly #taken = new Map<string, number>();

  /**
   * @param most that one client does at the same time
   * @param trustedHops proxies in front of the API, see {@link clientOf}
   */
  constructor(most: number, trustedHops: number) {
    this.#most = most;
    this.#trustedHops = trustedHops;
  }

  /** @returns gives the place back; undefined if the client has all of its places */
  take(c: Context): (() => void) | undefined {
    const client = clientOf(c, this.#trustedHops);
    const taken = this.#taken.get(client) ?? 0;
    if (taken >= this.#most) return undefined;
    this.#taken.set(client, taken + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const left = (this.#taken.get(client) ?? 1) - 1;
      if (left === 0) this.#taken.delete(client);
      else this.#taken.set(client, left);
    };
  }
}

/**
 * Refuses requests of a client that has too many in flight with a 429. A request is in flight until its response has
 * been taken, or its connection is closed.
 */
export function clientLimit(most: number, trustedHops: number): MiddlewareHandler {
  const places = new PlacesPerClient(most, trustedHops);
  return async (c, next) => {
    const release = places.take(c);
    if (release === undefined) return tooManyAtOnce(`${most} requests`, 1);
    const { outgoing } = bindingsOf(c);
    if (outgoing && !outgoing.destroyed) {
      outgoing.once('close', release);
      return next();
    }
    try {
      await next();
    } finally {
      release();
    }
  };
}

/** @param retryAfter in seconds */
export function tooManyAtOnce(most: string, retryAfter: number): Response {
  return jsonResponse(
    {
      error: `Too many requests from one client: up to ${most} may be in flight at the same time. Try again soon.`,
    },
    429,
    { 'Retry-After': String(retryAfter) },
  );
}

/**
 * The address of a client. Each proxy appends the address that it was reached from to X-Forwarded-For, so with so many
 * trusted proxies it is that many places from the end. Whatever stands further left may be made up.
 *
 * @param trustedHops proxies between clients and the API; with 0 the header means nothing
 */
export function clientOf(c: Context, trustedHops: number): string {
  const peer = bindingsOf(c).incoming?.socket.remoteAddress ?? '';
  const forwarded = trustedHops > 0 ? (c.req.header('X-Forwarded-For') ?? '').split(',') : [];
  const chain = [...forwarded.map((address) => address.trim()).filter(Boolean), peer];
  return networkOf(chain.at(-1 - trustedHops) ?? chain[0] ?? '');
}

/** An IPv4 address; of an IPv6 address the network (/64), since a client has all addresses in it. */
function networkOf(address: string): string {
  const ipv4 = /(?:^|:)(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  const [head = '', tail] = address.replace(/^\[|\].*$/g, '').split('::');
  const groups = head.split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0')].slice(0, 4).join(':');
}

/** Of Node's server; a request that a test makes has none. */
export function bindingsOf(c: Context): Partial<HttpBindings> {
  return (c.env ?? {}) as Partial<HttpBindings>;
}
