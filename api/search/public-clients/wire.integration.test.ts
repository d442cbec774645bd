import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { forAllTests } from '../../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../../testing/api-sandbox.ts';
import { serveApp } from '../../testing/serve-app.ts';

/** The unusual HTTP of public clients, as it is on the wire. */
const sandbox = forAllTests(createApiSandbox);
const served = forAllTests(() => serveApp(sandbox.app));

const body = JSON.stringify({ size: 1, query: { term: { 'source.tree': 'comm-release' } } });

/** Sends bytes as they are and reads until the server closes the connection. */
async function send(...lines: string[]): Promise<{ head: string; rest: string }> {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(lines.join('\r\n'));
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  return { head, rest: rest.join('\r\n\r\n') };
}

it('PHP before 8 speaks HTTP/1.0, which knows no chunks', async () => {
  const { head, rest } = await send(
    'POST /api/search HTTP/1.0',
    'Host: buildhub.moz.tools',
    `Content-Length: ${body.length}`,
    'Content-Type: application/json',
    '',
    body,
  );
  expect(head).toMatch(/^HTTP\/1\.[01] 200 /);
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(JSON.parse(rest)).toMatchObject({ timed_out: false, hits: { total: 0, hits: [] } });
});

// thunderbird/policy-templates writes to https.request, without a length and without a type.
it('Node sends a body of unknown length in chunks', async () => {
  const middle = body.length >> 1;
  const chunks = [body.slice(0, middle), body.slice(middle)].flatMap((part) => [
    part.length.toString(16),
    part,
  ]);
  const { head, rest } = await send(
    'POST /api/search HTTP/1.1',
    'Host: buildhub.moz.tools:443',
    'Connection: close',
    'Transfer-Encoding: chunked',
    '',
    ...chunks,
    '0',
    '',
    '',
  );
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(rest).toContain('"total":0');
});

it('curl before 7.84 waits for 100 Continue before it sends more than 1024 bytes', async () => {
  const long = body + ' '.repeat(1025 - body.length);
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    'POST /api/search HTTP/1.1',
    'Host: buildhub.moz.tools',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${long.length}`,
    'Expect: 100-continue',
  ];
  socket.write([...head, '', ''].join('\r\n'));
  const [interim] = (await once(socket, 'data')) as [Buffer];
  expect(interim.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write(long);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a load balancer that asks in HTTP/1.0 need not name a host', async () => {
  expect((await send('GET /__lbheartbeat__ HTTP/1.0', '', '')).head).toMatch(/^HTTP\/1\.[01] 200 /);
});
