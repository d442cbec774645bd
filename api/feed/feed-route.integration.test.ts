import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBuilds } from '../../samples/generate-builds.ts';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';

let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox({ publicUrl: 'https://buildhub.example.org/' });
  await sandbox.add([...generateBuilds(60, new Date('2026-01-01T00:00:00Z'), 6)].map(({ body }) => body));
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const get = (query: string, headers: Record<string, string> = {}) =>
  sandbox.app.request(`/api/feed.atom${query}`, { headers });

/** What Python's XML parser, which takes nothing that is not XML, reads of a feed. */
async function parsed(xml: string): Promise<{ tag: string; children: string[]; entries: string[][] }> {
  const script = `
import json, sys, xml.etree.ElementTree as tree
feed = tree.fromstring(sys.stdin.buffer.read())
entries = [[child.text or child.get("href") or "" for child in entry] for entry in feed.findall("{http://www.w3.org/2005/Atom}entry")]
print(json.dumps({"tag": feed.tag, "children": [child.tag.split("}")[1] for child in feed], "entries": entries}))`;
  const { stdout } = await execa('python3', ['-c', script], { input: xml });
  return JSON.parse(stdout) as { tag: string; children: string[]; entries: string[][] };
}

describe('/api/feed.atom', () => {
  it('is a feed of the builds that were published last', async () => {
    const response = await get('?product=firefox&limit=10');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/atom+xml; charset=utf-8');
    const { tag, children, entries } = await parsed(await response.text());
    expect(tag).toBe('{http://www.w3.org/2005/Atom}feed');
    expect(children.slice(0, 6)).toEqual(['id', 'title', 'updated', 'author', 'link', 'link']);
    expect(entries).toHaveLength(10);
    const published = entries.map(([, , date]) => date);
    expect(published).toEqual(published.toSorted().toReversed());
    expect(new Set(entries.map(([id]) => id)).size).toBe(10);
    for (const [, , , , page = '', record = ''] of entries) {
      expect(page).toMatch(/^https:\/\/buildhub\.example\.org\/builds\/\d+$/);
      expect((await sandbox.app.request(new URL(record).pathname)).status).toBe(200);
    }
  });

  it('is 304 for a reader that has it, by tag or by time', async () => {
    const response = await get('?channel=nightly');
    const etag = response.headers.get('ETag') ?? '';
    const modified = response.headers.get('Last-Modified') ?? '';
    expect(Date.parse(modified)).toBeGreaterThan(Date.now() - 300_000);
    expect((await get('?channel=nightly', { 'If-None-Match': etag })).status).toBe(304);
    expect((await get('?channel=nightly', { 'If-Modified-Since': modified })).status).toBe(304);
    const before = new Date(Date.parse(modified) - 1_000).toUTCString();
    expect((await get('?channel=nightly', { 'If-Modified-Since': before })).status).toBe(200);
    expect((await get('?channel=beta', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('may be empty', async () => {
    const { entries } = await parsed(await (await get('?product=none')).text());
    expect(entries).toEqual([]);
  });

  it.each([
    ['?limit=201', 'must be 200 at most'],
    ['?prodct=x', 'is not a parameter of this address'],
    ['?from=soon', 'must be a date'],
  ])('refuses %s', async (query, message) => {
    const response = await get(query);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });
});
