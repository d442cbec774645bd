/**
 * Lets whatever passes between a client and a server wait a while, as a network does. Usage: delaying-proxy.ts PORT
 * MILLISECONDS, where PORT is the server's on this machine and the milliseconds are those of one way. Prints the port
 * that it listens on.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [port = 0, delay = 0] = process.argv.slice(2).map(Number);

const server = createServer((client) => {
  const upstream = connect(port, '127.0.0.1');
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true);
    socket.on('error', () => {
      client.destroy();
      upstream.destroy();
    });
  }
  pass(client, upstream);
  pass(upstream, client);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on('disconnect', () => process.exit());

function pass(from: Socket, to: Socket): void {
  // Timers of the same length end in the order in which they began.
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delay));
  from.on('end', () => setTimeout(() => to.end(), delay));
}
