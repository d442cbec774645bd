import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeFault } from './plan-faults.ts';

/** A TCP proxy in front of a service, which can spoil its connections. */
export interface EdgeProxy extends AsyncDisposable {
  readonly port: number;
  /** Begins a fault; undefined ends it. Connections that were half-open are gone then. */
  spoil(fault: EdgeFault | undefined): void;
}

/** Upper limit of the milliseconds that a connection lives under the fault `reset`. */
const longestBeforeReset = 300;

/** Starts a proxy on a free loopback port. @param target of the service, on this machine */
export async function startEdgeProxy(target: number): Promise<EdgeProxy> {
  let fault: EdgeFault | undefined;
  const links = new Set<Link>();
  const responder = createHttpServer((request, response) => {
    request.resume();
    const status = fault?.kind === 'respond' ? fault.status : 503;
    response.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close' });
    response.end('The proxy of the fault suite responds in place of the service');
  });
  const server = createServer({ noDelay: true }, (client) => {
    if (fault?.kind === 'respond') {
      responder.emit('connection', client);
      return;
    }
    const link = new Link(client, connect({ port: target, host: '127.0.0.1', noDelay: true }), () => fault);
    links.add(link);
    client.once('close', () => links.delete(link));
    if (fault) link.begin(fault);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    spoil(next) {
      const former = fault;
      fault = next;
      for (const link of links) {
        if (former?.kind === 'half-open') link.abandon();
        if (next) link.begin(next);
      }
      if (former?.kind === 'respond') responder.closeAllConnections();
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) link.reset();
      responder.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A connection of a client, and the one of the proxy to the service. */
class Link {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #fault: () => EdgeFault | undefined;
  #isAbandoned = false;
  #responseBytes = 0;

  constructor(client: Socket, upstream: Socket, fault: () => EdgeFault | undefined) {
    this.#client = client;
    this.#upstream = upstream;
    this.#fault = fault;
    this.#connect(client, upstream);
    this.#connect(upstream, client);
  }

  /** What a fault does to a connection at once. */
  begin(fault: EdgeFault): void {
    this.#responseBytes = 0;
    if (fault.kind === 'reset') setTimeout(() => this.reset(), Math.random() * longestBeforeReset).unref();
    if (fault.kind === 'respond') this.reset();
  }

  /** The service sees the connection end; its client sees nothing, for as long as it cares to wait. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#upstream.destroy();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  #connect(from: Socket, to: Socket): void {
    // What a delay holds back comes before what is sent after its end.
    let waiting = 0;
    let turn = Promise.resolve();
    const carry = (action: () => void) => {
      const fault = this.#fault();
      if (fault?.kind !== 'delay' && waiting === 0) return action();
      const due = Date.now() + (fault?.kind === 'delay' ? fault.milliseconds : 0);
      waiting += 1;
      turn = turn
        .then(() => sleep(Math.max(0, due - Date.now())))
        .then(() => {
          waiting -= 1;
          action();
        });
    };
    from.on('data', (chunk) => {
      if (this.#swallows(to)) return;
      const part = to === this.#client ? this.#cut(chunk) : chunk;
      carry(() => to.writable && to.write(part));
    });
    from.on('end', () => this.#swallows(to) || carry(() => to.end()));
    from.on('error', () => this.#swallows(to) || to.resetAndDestroy());
    from.on('close', () => {
      // The service need not wait for anything when its client is gone.
      if (to === this.#upstream) to.destroy();
      else if (!this.#swallows(to)) carry(() => to.destroy());
    });
  }

  #swallows(to: Socket): boolean {
    const fault = this.#fault();
    if (this.#isAbandoned) return true;
    return fault?.kind === 'half-open' && !(fault.carriesRequests && to === this.#upstream);
  }

  /** The part of a response that still passes; the connection ends behind it. */
  #cut(chunk: Buffer): Buffer {
    const fault = this.#fault();
    if (fault?.kind !== 'cut') return chunk;
    this.#responseBytes += chunk.length;
    const excess = this.#responseBytes - fault.bytes;
    if (excess <= 0) return chunk;
    setImmediate(() => {
      this.#client.destroy();
      this.#upstream.resetAndDestroy();
    });
    return chunk.subarray(0, Math.max(0, chunk.length - excess));
  }
}
