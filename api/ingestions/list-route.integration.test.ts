import { beforeAll, expect, it } from 'vitest';
import { recordObject } from '../../drizzle/queries/objects.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { getValid } from '../testing/get-valid.ts';
import { type IngestionPage, ingestionCounts, ingestionPage } from './ingestion-schema.ts';

const sandbox = forAllTests(createApiSandbox);

const states = [
  ['invalid', 'download.size: must be integer, not "12"'],
  ['invalid', 'download.size: must be integer, not 1.5'],
  ['invalid', 'download.size: must be integer, not "13"; build: must be object, not 1'],
  ['missing', 'NoSuchKey 100%'],
  ['missing', undefined],
] as const;

beforeAll(async () => {
  for (const [position, [outcome, reason]] of states.entries()) {
    await recordObject(sandbox.postgres.database, {
      bucket: 'list',
      key: `pub/${position}/buildhub.json`,
      workflowId: `ingest:list/${position}`,
      runId: 'run',
      outcome,
      reason,
    });
  }
  await insertBuilds(
    sandbox.postgres.database,
    { bucket: 'list', key: 'fine/buildhub.json', workflowId: 'w', runId: 'r' },
    [{ text: '{}', hash: 'v1:listed' }],
    '{}',
  );
});

const list = (query: string) => getValid(sandbox.app, `/api/ingestions?bucket=list&${query}`, ingestionPage);
const keys = ({ ingestions }: IngestionPage) => ingestions.map(({ key }) => key);

it.each([
  ['', 6],
  ['outcome=invalid', 3],
  ['outcome=invalid&outcome=missing', 5],
  ['prefix=pub/', 5],
  ['prefix=pub/_/', 0],
  ['reason=NOSUCHKEY%20100%25', 1],
  ['workflow_id=ingest:list/3', 1],
  ['from=2020-01-01', 6],
  ['from=2100-01-01', 0],
  ['to=2020-01-01', 0],
])('%s finds %d', async (query, count) => {
  expect(keys(await list(query))).toHaveLength(count);
});

it('pages through all, the last attempt first, nothing twice', async () => {
  const all = keys(await list('limit=500'));
  const paged: string[] = [];
  let next: string | null = '/api/ingestions?bucket=list&limit=4';
  while (next !== null) {
    const page: IngestionPage = await getValid(sandbox.app, next, ingestionPage);
    paged.push(...keys(page));
    next = page.next;
  }
  expect(paged).toEqual(all);
  expect(all[0]).toBe('fine/buildhub.json');
  expect(all.slice(1)).toEqual([4, 3, 2, 1, 0].map((position) => `pub/${position}/buildhub.json`));
});

it('counts for so many at the same time that PostgreSQL has connections for others', async () => {
  const urls = Array.from({ length: 8 }, (_, at) => `/api/ingestions/counts?prefix=list-${at}`);
  const responses = await Promise.all(urls.map((url) => sandbox.app.request(url)));
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503, 503, 503, 503]);
  expect(responses.find(({ status }) => status === 503)?.headers.get('Retry-After')).toBe('1');
  expect((await sandbox.app.request(urls[0] ?? '')).status).toBe(200);
});

it('counts by outcome, and by reason whatever the value', async () => {
  const counts = await getValid(sandbox.app, '/api/ingestions/counts?bucket=list', ingestionCounts);
  expect(counts.total).toBe(6);
  expect(counts.by_outcome).toEqual({ ingested: 1, unchanged: 0, invalid: 3, missing: 2 });
  expect(counts.by_reason[0]).toMatchObject({
    outcome: 'invalid',
    reason: 'download.size: must be integer, not …',
    example: 'download.size: must be integer, not "12"',
    count: 2,
  });
  expect(counts.by_reason.map(({ reason, count }) => `${count} ${reason}`).sort()).toEqual([
    '1 NoSuchKey N%',
    '1 download.size: must be integer, not …; build: must be object, not …',
    '2 download.size: must be integer, not …',
  ]);
  const some = await getValid(sandbox.app, '/api/ingestions/counts?prefix=pub/&reason=SUCH', ingestionCounts);
  expect(some.by_outcome).toEqual({ ingested: 0, unchanged: 0, invalid: 0, missing: 1 });
});
