import { describe, expect, it } from 'vitest';
import { toPlain } from '../../schema/json/json-value.ts';
import { limits } from './allow-list/limits.ts';
import { BodyTooLargeError, readJsonBody } from './request-body.ts';

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

function post(body: Body | null, headers: Record<string, string> = {}) {
  return new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

describe('readJsonBody', () => {
  it('reads JSON of any Content-Type', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'image/png'])
      expect(toPlain(await readJsonBody(post('{"size":1}', { 'Content-Type': type })))).toEqual({ size: 1 });
  });

  it.each([
    [null, 'Expecting value: line 1 column 1 (char 0)'],
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['}not valid JSON{', 'Expecting value: line 1 column 1 (char 0)'],
    ['{', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"size":1}x', 'Extra data: line 1 column 11 (char 10)'],
    ['\ufeff{"size":1}', 'Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)'],
    [new Uint8Array([0xff, 0x00]), 'The body of the request is not UTF-8 text'],
    ['['.repeat(100_000), expect.stringContaining('Nested too deeply')],
  ])('refuses %j', async (body, message) => {
    await expect(readJsonBody(post(body))).rejects.toMatchObject({ message, status: 400 });
  });

  it('refuses a compressed body', async () => {
    const request = post(new Uint8Array([0x1f, 0x8b]), { 'Content-Encoding': 'gzip' });
    await expect(readJsonBody(request)).rejects.toMatchObject({ message: expect.stringContaining('gzip') });
  });

  it('takes a body of the largest size, and none larger', async () => {
    const largest = JSON.stringify('x'.repeat(limits.bodyBytes - 2));
    expect(await readJsonBody(post(largest))).toHaveLength(limits.bodyBytes - 2);
    await expect(readJsonBody(post(`${largest} `))).rejects.toBeInstanceOf(BodyTooLargeError);
  });

  it('stops reading a body that does not end', async () => {
    let read = 0;
    const endless = new ReadableStream({
      pull(controller) {
        read += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    await expect(readJsonBody(post(endless))).rejects.toBeInstanceOf(BodyTooLargeError);
    expect(read).toBeLessThan(limits.bodyBytes + 10 * 65_536);
  });

  it('refuses a body that is announced as too large without reading it', async () => {
    const request = post('{}', { 'Content-Length': String(limits.bodyBytes + 1) });
    await expect(readJsonBody(request)).rejects.toBeInstanceOf(BodyTooLargeError);
  });
});
