import { expect, it } from 'vitest';
import { turnsOf } from '../testing/turns-of.ts';
import { readRequest } from './read-request.ts';
import { searchLimits } from './request-budget.ts';

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

function post(body: Body | null, headers: Record<string, string> = {}) {
  return new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}
const refused = (message: string) =>
  expect.objectContaining({ status: 400, message: expect.stringContaining(message) });

it.each([
  ['', 'not JSON'],
  ['{"size":NaN}', 'not JSON'],
  [new Uint8Array([0xff, 0x00]), 'not UTF-8'],
])('refuses %j', async (body, message) => {
  await expect(readRequest(post(body))).rejects.toEqual(refused(message));
});

it.each([
  ['utf-8', false],
  ['identity', false],
  ['X-GZIP', true],
  ['identity, br', true],
])('Content-Encoding: %s is refused: %s', async (encoding, isRefused) => {
  const read = readRequest(post('{}', { 'Content-Encoding': encoding }));
  if (isRefused) await expect(read).rejects.toEqual(refused('compressed'));
  else expect(await read).toEqual({});
});

it.each([
  ...['-9223372036854775808', '9007199254740993', '9007199254740991'].map((same) => [same, same]),
  ...['61.0', '-1.00', '61.5'].map((same) => [same, same]),
  ['1e400', 'null'],
  ['0.12345678901234567', '0.12345678901234566'],
  ['0.0', '0'],
  ['1546250400000.0', '1546250400000'],
])('passes %s on as %s', async (number, passedOn) => {
  expect(JSON.stringify(await readRequest(post(`{"x":[${number}]}`)))).toBe(`{"x":[${passedOn}]}`);
});

it('refuses long numbers that are nested too deeply for the stack', async () => {
  const deep = post(`${'['.repeat(8_000)}9223372036854775807${']'.repeat(8_000)}`);
  await expect(readRequest(deep)).rejects.toMatchObject({ status: 400 });
});

it.each([
  ['[', 'nested too deeply'],
  ['{"\\"":', 'nested too deeply'],
  ['[],', 'Too many objects and lists'],
  ['{"a":1},', 'Too many objects and lists'],
])('refuses many %s before it makes anything of them', async (part, message) => {
  await expect(readRequest(post(`[${part.repeat(60_000)}`))).rejects.toEqual(refused(message));
});

it('does not count the brackets in texts', async () => {
  const text = '[{\\"'.repeat(30_000);
  expect(await readRequest(post(JSON.stringify([[text], text])))).toEqual([[text], text]);
});

it('reads a body of the largest size, and none larger', async () => {
  const largest = JSON.stringify('x'.repeat(searchLimits.bodyBytes - 2));
  expect(await readRequest(post(largest))).toHaveLength(searchLimits.bodyBytes - 2);
  await expect(readRequest(post(`${largest} `))).rejects.toEqual(refused('524288 bytes'));
});

it('stops reading a body that does not end', async () => {
  let read = 0;
  const endless = new ReadableStream({
    pull(controller) {
      read += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
  });
  await expect(readRequest(post(endless))).rejects.toEqual(refused('524288 bytes'));
  expect(read).toBeLessThan(searchLimits.bodyBytes + 10 * 65_536);
});

it('refuses a body that is announced as too large without reading it', async () => {
  const request = post('{}', { 'Content-Length': String(searchLimits.bodyBytes + 1) });
  await expect(readRequest(request)).rejects.toEqual(refused('524288 bytes'));
});

it('gives no two large bodies the same turn of the event loop, which they would stall together', async () => {
  const large = JSON.stringify('x'.repeat(100_000));
  expect(await turnsOf(8, () => readRequest(post(large)))).toBe(8);
});
