import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateBuilds } from '../samples/generate-builds.ts';
import { expectAccessible, expectNoSidewaysScroll } from './testing/accessible.ts';
import type { TestBrowser } from './testing/browser.ts';
import { operationsPage } from './testing/operations-page.ts';
import { type PageSystem, startPageSystem, operationsToken as token } from './testing/page-system.ts';

const key = 'pub/firefox/broken/buildhub.json';
const [build = '', another = ''] = [...generateBuilds(40, new Date('2026-01-01T00:00:00Z'), 3)]
  .map(({ body }) => body)
  .filter((body) => !body.includes('"channel": "release"'));

let system: PageSystem;
let browser: TestBrowser;

beforeAll(async () => {
  system = await startPageSystem();
  browser = system.browser;
  await system.sandbox.put(key, '{"build": {}, "source": {}}');
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** From now on S3 tells nobody of what is put into the bucket: whatever is ingested was retried or backfilled. */
async function silence(): Promise<void> {
  const { s3, config } = system.sandbox;
  const Bucket = config.S3_BUCKET;
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
}

test('a failure is found, its cause read, mended, retried by the button, and gone', async () => {
  const { page, faults } = await browser.open('/');
  await page.getByRole('link', { name: 'Operations' }).click();
  const operations = operationsPage(page);
  await expect.poll(() => operations.tile('Failures'), { timeout: 30_000 }).toBe('1');
  const group = operations.failures.getByRole('listitem').filter({ hasText: 'must have required property' });
  await group.first().locator('summary').first().click();
  const object = operations.failures.locator('.failed-object');
  await object.getByText(key).waitFor();
  expect(await object.locator('.reason').textContent()).toContain("must have required property 'target'");
  expect(await object.textContent()).toContain('1 attempt');
  const link = await object.getByRole('link', { name: /History in Temporal/ }).getAttribute('href');
  expect(link).toContain(`${system.sandbox.config.TEMPORAL_UI_URL}/namespaces/`);

  await silence();
  await system.sandbox.put(key, build);
  await object.getByRole('button', { name: `Retry ${key}` }).click();
  await page.locator('input[name="who"]:focus').waitFor();
  await operations.signIn('Ada', 'a token that is wrong');
  const dialog = page.getByRole('dialog', { name: 'Who are you?' });
  await dialog.getByText('The token was wrong.').waitFor();
  await operations.signIn('Ada', token);
  await operations.lastAction.getByText(`${key}: ingested`).waitFor();
  await operations.failures.getByText('Every object in the bucket that was seen is a build.').waitFor();
  await expect.poll(() => operations.tile('Failures'), { timeout: 10_000 }).toBe('0');

  const first = operations.actions.getByRole('row').nth(1);
  await first.getByText('failures.retry-one').waitFor();
  expect(await first.textContent()).toContain('Ada');
  expect(page.url()).not.toContain(token);
  const { download } = JSON.parse(build) as { download: { url: string } };
  const search = async () => {
    const body = JSON.stringify({ query: { term: { 'download.url': download.url } } });
    const answer = await fetch(`${system.url}/api/search`, { method: 'POST', body });
    return ((await answer.json()) as { hits: { total: number } }).hits.total;
  };
  await expect.poll(search, { timeout: 10_000 }).toBe(1);
  expect(faults).toEqual([]);
});

test('a backfill starts with a dry run, whose report offers the real one', async () => {
  await silence();
  await system.sandbox.put('pub/firefox/unseen/buildhub.json', another);
  const { page } = await browser.open('/operations');
  const operations = operationsPage(page);
  const { backfill } = operations;
  await backfill.getByLabel('Keys that begin with').fill('pub/firefox/unseen/');
  expect(await backfill.getByRole('button', { name: 'Start the backfill' }).count()).toBe(0);
  await backfill.getByRole('button', { name: 'Dry run' }).click();
  await operations.signIn('Grace', token);
  await backfill.getByText('Report of the dry run: done').waitFor({ timeout: 60_000 });
  expect(await backfill.getByRole('status').last().textContent()).toContain('New1');
  await backfill.getByRole('button', { name: 'Start the backfill' }).click();
  const ended = operations.ended.getByRole('listitem').filter({ hasText: /^doneBackfill of/ });
  await ended.first().waitFor({ timeout: 60_000 });
  await ended.first().locator('summary').click();
  expect(await ended.first().textContent()).toContain('Builds inserted1');
  expect(await ended.first().textContent()).toContain('by Grace');
});

test('the pace of a backfill that runs is changed on its card, and the card tells of it', async () => {
  await silence();
  for (let at = 0; at < 40; at++)
    await system.sandbox.put(`pub/firefox/slow/${at}/buildhub.json`, '{"build": {}}');
  const body = JSON.stringify({ operator: 'Ada', prefix: 'pub/firefox/slow/', rate_limit: 0.5 });
  const headers = { Authorization: `Bearer ${token}` };
  const started = await fetch(`${system.url}/api/operations/backfill/start`, {
    method: 'POST',
    headers,
    body,
  });
  expect(started.status).toBe(200);
  const { page } = await browser.open('/operations');
  const { running, signIn, lastAction } = operationsPage(page);
  const card = running.getByRole('listitem').filter({ hasText: 'pub/firefox/slow/' });
  const field = card.getByLabel('Rate limit, keys per second');
  await expect.poll(() => field.inputValue(), { timeout: 15_000 }).toBe('0.5');
  const change = card.getByRole('button', { name: 'Change' });
  expect(await change.isDisabled()).toBe(true);
  await field.fill('0.4');
  await change.click();
  await signIn('Ada', token);
  await lastAction.getByText('The rate limit is 0.4 per second').waitFor();
  await expect.poll(() => field.inputValue(), { timeout: 15_000 }).toBe('0.4');
  await field.fill('');
  await change.click();
  await lastAction.getByText('The rate limit is removed').waitFor();
  await card.waitFor({ state: 'detached', timeout: 60_000 });
});

test('a reindex is started with a limit', async () => {
  const { page } = await browser.open('/operations');
  const { reindex, running, ended, signIn } = operationsPage(page);
  await reindex.getByLabel('Documents written per second at most').fill('0.1');
  const start = reindex.getByRole('button', { name: 'Start a reindex' });
  for (const no of ['Enter', 'Escape']) {
    await start.press('Enter');
    await page.keyboard.press(no);
    // Where the keyboard goes on.
    await reindex.locator('button:focus', { hasText: 'Start a reindex' }).waitFor();
  }
  await start.click();
  await reindex.getByRole('button', { name: 'Yes' }).click();
  await signIn('Ada', token);
  const card = running.getByRole('listitem').filter({ hasText: 'Reindex of' });
  const field = card.getByLabel('Rate limit, rows per second');
  await expect.poll(() => field.inputValue(), { timeout: 15_000 }).toBe('0.1');
  await card.getByRole('button', { name: /^Cancel/ }).click();
  await card.getByText('a new one that it has filled is removed').waitFor();
  await card.getByRole('button', { name: 'Yes' }).click();
  await ended.getByRole('listitem').filter({ hasText: 'cancelledReindex of' }).waitFor({ timeout: 30_000 });
});

test('reconciling is set to happen by itself, changed and taken away, without knowing Temporal', async () => {
  const { page } = await browser.open('/operations');
  const { reconcile, schedule, signIn } = operationsPage(page);
  await schedule.getByText('no schedule is set').waitFor();
  await schedule.getByRole('button', { name: 'Set a schedule' }).click();
  await schedule.getByLabel('Every').selectOption('12 hours');
  await schedule.getByLabel('Objects in the bucket').selectOption('not at all');
  await schedule.getByRole('button', { name: 'Save the schedule' }).click();
  await signIn('Ada', token);
  await schedule.getByText('Every 12 hours, and repairs what differs').waitFor();
  await schedule.getByText(/next run 2\d{3}-/).waitFor();
  const handle = system.sandbox.temporal.schedule.getHandle(
    `reconcile:${system.sandbox.config.ELASTICSEARCH_INDEX}`,
  );
  expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 43_200_000 }]);

  await schedule.getByRole('button', { name: 'Change the schedule' }).click();
  await schedule.getByLabel('Every').selectOption('day');
  await schedule.getByLabel('Repair what differs').uncheck();
  await schedule.getByRole('button', { name: 'Save the schedule' }).click();
  await schedule.getByText('Every day, and only reports').waitFor();
  expect(await schedule.textContent()).toContain('objects in the bucket: not at all');

  await handle.trigger();
  await reconcile.getByText('Last report, by the schedule').waitFor({ timeout: 60_000 });
  await schedule.getByText(/last run 2\d{3}-/).waitFor({ timeout: 30_000 });
  await reconcile.getByRole('button', { name: 'Compare', exact: true }).click();
  const reports = schedule.getByRole('list', { name: 'Last report of the schedule' });
  await reports.getByText(/, by the schedule/).waitFor({ timeout: 60_000 });

  await schedule.getByRole('button', { name: 'Remove the schedule' }).click();
  await schedule.getByRole('button', { name: 'Yes' }).click();
  await schedule.getByText('no schedule is set').waitFor();
});

test.each([
  ['wide', { width: 1280, height: 900 }],
  ['narrow', { width: 380, height: 780 }],
])('%s it is accessible, and fits', async (_, viewport) => {
  const { page, faults } = await browser.open('/operations', { viewport });
  const operations = operationsPage(page);
  await operations.actions.getByRole('table').waitFor();
  await operations.ended.getByRole('listitem').first().locator('summary').click();
  await expectAccessible(page, 'an operation that has ended open');
  await expectNoSidewaysScroll(page);
  expect(faults).toEqual([]);
});

test('everything can be looked at without a token, and by the keyboard alone', async () => {
  const { page } = await browser.open('/operations');
  const operations = operationsPage(page);
  await operations.actions.getByRole('table').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toMatch(/#failures$/);
  await operations.reindex.getByRole('button', { name: 'Start a reindex' }).focus();
  await page.keyboard.press('Enter');
  // What cannot be taken back easily asks first, and a hasty second Enter is a no.
  await operations.reindex.getByText('Build the index anew?').waitFor();
  await page.keyboard.press('Enter');
  await operations.reindex.getByRole('button', { name: 'Start a reindex' }).waitFor();
  expect(await operations.running.getByRole('listitem').count()).toBe(0);
});
