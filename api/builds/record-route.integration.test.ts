import { beforeAll, expect, it } from 'vitest';
import { markIndexed } from '../../drizzle/queries/builds.ts';
import { recordObject } from '../../drizzle/queries/objects.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { realBuilds } from '../../stack/samples/publish.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { getValid } from '../testing/get-valid.ts';
import { type BuildRecord, buildRecord } from './record-schema.ts';

const sandbox = forAllTests(() => createApiSandbox({ TEMPORAL_UI_URL: 'https://temporal.example.org' }));
const release = readBuilds(realBuilds().find(({ key }) => key.includes('70.0-candidates'))?.body ?? '');
const first = attempt('pub/70.0/buildhub.json', '"etag-1"');
let releaseId = '';
let twinId = '';

function attempt(key: string, etag: string) {
  return { bucket: 'archive', key, etag, workflowId: `ingest:archive/${key}@1`, runId: 'run-1' };
}

beforeAll(async () => {
  const stored = await insertBuilds(sandbox.postgres.database, first, release, '{"version":"1.2.3"}');
  [releaseId = '', twinId = ''] = stored.map(({ id }) => id);
  await markIndexed(sandbox.postgres.database, [releaseId]);
});

const insert = (place: typeof first, builds: Parameters<typeof insertBuilds>[2]) =>
  insertBuilds(sandbox.postgres.database, place, builds, '{}');
const record = (reference: string) => getValid(sandbox.app, `/api/records/${reference}`, buildRecord);

/** A build of one day, without a build id. */
const text = (number: number) =>
  `{"build":{"number":${number}},"source":{"product":"fennec"},"target":{"platform":"p","locale":"l","version":"1","channel":"c"},"download":{"url":"u","mimetype":"m","size":1,"date":"2020-01-01"}}`;

it('returns everything known about a build, by its id and by its hash', async () => {
  const body = await record(releaseId);
  expect(body).toEqual(await record('v1:0fb6ab83ce79fbd25768bf634560a028'));
  expect(body).toMatchObject({
    id: releaseId,
    hash: 'v1:0fb6ab83ce79fbd25768bf634560a028',
    build: JSON.parse(release[0]?.text ?? ''),
    s3: { bucket: 'archive', key: 'pub/70.0/buildhub.json', etag: '"etag-1"' },
    inserted_by: { version: '1.2.3' },
    ingestion: {
      outcome: 'ingested',
      reason: null,
      attempts: 1,
      workflow_id: first.workflowId,
      run_id: 'run-1',
      is_of_this_build: true,
      url: '/api/ingestions/archive/pub/70.0/buildhub.json',
    },
    links: {
      self: `/api/records/${releaseId}`,
      page: `/builds/${releaseId}`,
      same_build_id: '/api/export?build_id=20191016161957',
    },
  });
  expect(body.ingestion?.temporal_url).toMatch(/^https:\/\/temporal\.example\.org\/namespaces\/default\//);
  expect(Date.parse(body.indexed_at ?? '')).toBeGreaterThanOrEqual(Date.parse(body.created_at));
});

it('a release and its twin lead to each other', async () => {
  const twin = await record(twinId);
  expect(twin.build.target.channel).toBe('beta');
  expect(twin.indexed_at).toBeNull();
  expect(twin.related.twin).toMatchObject({ id: releaseId, relation: 'release' });
  expect((await record(releaseId)).related.twin).toMatchObject({ id: twinId, relation: 'beta twin' });
  expect(twin.related.same_object).toEqual([]);
});

it('names the dated key first, and the others', async () => {
  const [latest, dated] = ['nightly/latest-mozilla-central/b.json', 'nightly/2020/01/2020-01-01-b.json'];
  const stored = await insert(attempt(latest, 'same'), readBuilds(text(7)));
  await insert(attempt(dated, 'same'), readBuilds(text(7)));
  const body = await record(stored[0]?.id ?? '');
  expect(body.s3).toEqual({ bucket: 'archive', key: dated, etag: 'same' });
  expect(body.also_at).toEqual([{ bucket: 'archive', key: latest, etag: 'same' }]);
  expect(body.ingestion?.url).toContain(dated);
});

it('contents of one key lead to each other, and say which is the last', async () => {
  const ids: string[] = [];
  for (const number of [1, 2]) {
    const place = attempt('twice/buildhub.json', `e${number}`);
    const stored = await insert(place, readBuilds(text(number)));
    ids.push(stored[0]?.id ?? '');
  }
  const [older, newer] = await Promise.all(ids.map(record));
  expect(older?.related.same_object).toMatchObject([{ id: ids[1], etag: 'e2', relation: 'newer' }]);
  expect(newer?.related.same_object).toMatchObject([{ id: ids[0], etag: 'e1', relation: 'older' }]);
  expect(older?.ingestion?.is_of_this_build).toBe(false);
  expect(newer?.ingestion?.is_of_this_build).toBe(true);
  expect(older?.links.same_build_id).toBeNull();
});

it('keeps every digit of a number', async () => {
  const published = '{"build":{"number":9007199254740993},"download":{"size":1.50},"é":"ü"}';
  const [stored] = await insert(attempt('digits', 'e'), [{ text: published, hash: 'v1:digits' }]);
  const response = await (await sandbox.app.request(`/api/records/${stored?.id}`)).text();
  expect(response).toContain('"number":9007199254740993');
  expect(response).toContain('"size":1.50');
  expect(response).toContain('"é":"ü"');
});

it('is a 304 as long as nothing has changed', async () => {
  const ask = (headers = {}) => sandbox.app.request(`/api/records/${releaseId}`, { headers });
  const etag = (await ask()).headers.get('ETag') ?? '';
  const again = await ask({ 'If-None-Match': etag });
  expect(again.status).toBe(304);
  expect(again.headers.get('ETag')).toBe(etag);
  expect(await again.text()).toBe('');
  await recordObject(sandbox.postgres.database, {
    ...first,
    runId: 'run-2',
    outcome: 'unchanged',
    buildHashes: release.map(({ hash }) => hash),
  });
  const changed = await ask({ 'If-None-Match': etag });
  expect(changed.status).toBe(200);
  expect(((await changed.json()) as BuildRecord).ingestion).toMatchObject({ attempts: 2 });
});

it.each([
  ['999999999', 404, 'No build with id 999999999. Find builds with /api/search'],
  ['20191016161957', 404, 'looks like a build id'],
  [`v1:${'0'.repeat(32)}`, 404, 'No build with hash'],
  ['abc', 400, 'must be the id of a build (digits'],
])('explains what is wrong with %s', async (reference, status, message) => {
  const response = await sandbox.app.request(`/api/records/${reference}`);
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: string }).error).toContain(message);
});
