import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { builds } from '../drizzle/tables.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { expectAccessible, expectNoSidewaysScroll } from './testing/accessible.ts';
import { operationsPage } from './testing/operations-page.ts';
import { startPageSystem, operationsToken as token } from './testing/page-system.ts';

const key = 'pub/firefox/broken/buildhub.json';
const [build = '', another = ''] = [...generateBuilds(40, new Date('2026-01-01T00:00:00Z'), 3)]
  .map(({ body }) => body)
  .filter((body) => !body.includes('"channel": "release"'));

const system = forAllTests(startPageSystem);
beforeAll(() => system.sandbox.put(key, '{"build": {}, "source": {}}'));

/** From now on S3 sends no events: an object is ingested only if it is retried or backfilled. */
async function silence(): Promise<void> {
  const { s3, config } = system.sandbox;
  const Bucket = config.S3_BUCKET;
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
}

test('a failure is found, its cause read, fixed, retried by the button, and gone', async () => {
  const { page, faults } = await system.browser.open('/');
  await page.getByRole('link', { name: 'Operations' }).first().click();
  const operations = operationsPage(page);
  await expect.poll(() => operations.tile('Failures')).toBe('1');
  // Assistive technology knows the place of the results before there is one.
  expect(await operations.lastAction.count()).toBe(1);
  const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
  expect(headings.filter((text) => /^(Running now|Failures)/.test(text))[0]).toMatch(/^Running now/);
  const group = operations.failures
    .getByRole('listitem')
    .filter({ hasText: "must have required property 'target'" });
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
  await page.locator('input[name="name"]:focus').waitFor();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  // The second has a character that cannot be sent, as some programs add to what is copied.
  for (const wrong of ['another-token', `${token}\u200b`]) {
    await operations.signIn('Ada', wrong);
    await dialog.getByText('This token is not valid.').waitFor();
  }
  await operations.signIn('Ada', token);
  await operations.lastAction.getByText(`${key}: ingested`).waitFor();
  await operations.failures.getByText('No object has failed.').waitFor();
  await expect.poll(() => operations.tile('Failures')).toBe('0');

  const first = operations.auditLog.getByRole('row').nth(1);
  await first.getByText('failures.retry-one').waitFor();
  await first.getByText('done', { exact: true }).waitFor();
  expect(await first.textContent()).toContain('Ada');
  expect(page.url()).not.toContain(token);
  const { download } = JSON.parse(build) as { download: { url: string } };
  const search = async () => {
    const body = JSON.stringify({ query: { term: { 'download.url': download.url } } });
    const response = await fetch(`${system.url}/api/search`, { method: 'POST', body });
    return ((await response.json()) as { hits: { total: number } }).hits.total;
  };
  await expect.poll(search).toBe(1);
  expect(faults).toEqual([]);
});

test('a backfill starts with a dry run, whose report offers the real one', async () => {
  await silence();
  await system.sandbox.put('pub/firefox/unseen/buildhub.json', another);
  const { page } = await system.browser.open('/operations');
  const operations = operationsPage(page);
  const { backfill } = operations;
  await backfill.getByLabel('Prefix').fill('pub/firefox/unseen/');
  expect(await backfill.getByRole('button', { name: 'Start backfill' }).count()).toBe(0);
  await backfill.getByRole('button', { name: 'Dry run' }).click();
  await operations.signIn('Grace', token);
  await backfill.getByText('Report (dry run): done').waitFor();
  // It survives a reload, and a change of the form, which it has nothing to do with.
  await page.reload();
  await backfill.getByLabel('Prefix').fill('pub/firefox/nothing/');
  await backfill.getByText('Report (dry run): done').waitFor();
  expect(await backfill.getByRole('status').last().textContent()).toContain('New1');
  const start = page.getByRole('button', { name: 'Start backfill', includeHidden: true });
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  await start.waitFor({ state: 'detached' });
  await page.clock.setFixedTime(Date.now());
  await start.click();
  const finished = operations.finished.getByRole('listitem').filter({ hasText: /^doneBackfill of/ });
  await finished.first().waitFor();
  await finished.first().locator('summary').click();
  expect(await finished.first().textContent()).toContain('Builds inserted1');
  expect(await finished.first().textContent()).toContain('by Grace');
  // A dry run that finds nothing offers nothing.
  await backfill.getByRole('button', { name: 'Dry run' }).click();
  await backfill.getByText('Report (dry run): done').waitFor();
  expect(await start.count()).toBe(0);
});

test('the rate limit of a running backfill is changed on its card', async () => {
  await silence();
  const folder = `pub/firefox/slow/${'long/'.repeat(40)}`;
  const keys = Array.from({ length: 40 }, (_, at) => `${folder}${at}/buildhub.json`);
  for (const one of keys) await system.sandbox.put(one, '{"build": {}}');
  const { page } = await system.browser.open('/operations');
  const { backfill, running, signIn, lastAction } = operationsPage(page);
  await backfill.getByLabel('Keys, one per line').fill(keys.join('\n'));
  await backfill.getByRole('button', { name: 'Dry run' }).click();
  await signIn('Ada', token);
  await backfill.getByText('buildhub backfill start --keys-file').waitFor();
  const body = JSON.stringify({ operator: 'Ada', prefix: 'pub/firefox/slow/', rate_limit: 0.5 });
  const headers = { Authorization: `Bearer ${token}` };
  const started = await fetch(`${system.url}/api/operations/backfill/start`, {
    method: 'POST',
    headers,
    body,
  });
  expect(started.status).toBe(200);
  const card = running.getByRole('listitem').filter({ hasText: 'pub/firefox/slow/' });
  const field = card.getByLabel('Rate limit, keys per second');
  await expect.poll(() => field.inputValue()).toBe('0.5');
  const change = card.getByRole('button', { name: 'Change' });
  await field.fill('0.4');
  await change.click();
  await lastAction.getByText('The rate limit is 0.4 per second').waitFor();
  await expect.poll(() => field.inputValue()).toBe('0.4');
  await field.fill('');
  await change.click();
  await lastAction.getByText('The rate limit is removed').waitFor();
  await card.waitFor({ state: 'detached' });
});

test('a reindex is started with a limit', async () => {
  const { page } = await system.browser.open('/operations');
  const { reindex, running, finished, signIn } = operationsPage(page);
  await reindex.getByLabel('Rate limit').fill('0.1');
  await reindex.getByRole('button', { name: 'Start reindex' }).click();
  await signIn('Ada', token);
  const card = running.getByRole('listitem').filter({ hasText: 'Reindex of' });
  const field = card.getByLabel('Rate limit, rows per second');
  await expect.poll(() => field.inputValue()).toBe('0.1');
  const cancel = card.getByRole('button', { name: 'Cancel operation: Reindex of' });
  for (const no of ['Enter', 'Escape']) {
    await cancel.press('Enter');
    // A second Enter in haste changes nothing.
    await page.keyboard.press(no);
    await card.locator('button:focus', { hasText: 'Cancel operation' }).waitFor();
  }
  await cancel.click();
  await card.getByText('the unfinished index is deleted').waitFor();
  await card.getByRole('button', { name: 'Cancel operation', exact: true }).click();
  await finished.getByRole('listitem').filter({ hasText: 'cancelledReindex of' }).waitFor();
});

test('a reconciliation is compared, repaired, and scheduled without knowing Temporal', async () => {
  const { page } = await system.browser.open('/operations');
  const { reconcile, schedule, finished, signIn } = operationsPage(page);
  await schedule.getByText('No schedule is set').waitFor();
  await schedule.getByRole('button', { name: 'Set a schedule' }).click();
  await schedule.getByLabel('Every').selectOption('12h');
  await schedule.getByLabel('Compare the bucket').selectOption('none');
  await schedule.getByRole('button', { name: 'Save schedule' }).click();
  await signIn('Ada', token);
  await schedule.getByText('Every 12h').waitFor();
  await schedule.getByText(/next run 2\d{3}-/).waitFor();
  const handle = system.sandbox.temporal.schedule.getHandle(
    `reconcile:${system.sandbox.config.ELASTICSEARCH_INDEX}`,
  );
  expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 43_200_000 }]);

  // A build that the index has lost.
  const { elasticsearch, config } = system.sandbox;
  const index = config.ELASTICSEARCH_INDEX;
  const { hits } = await elasticsearch.search({ index, size: 1 });
  await elasticsearch.delete({ index, id: hits.hits[0]?._id ?? '', refresh: true });
  await reconcile.getByRole('button', { name: 'Compare', exact: true }).click();
  await reconcile.getByRole('button', { name: 'Repair differences' }).waitFor();
  // The report, and the input that it is of, survive a reload.
  await page.reload();
  await reconcile.getByText('Report (compare): done').waitFor();
  await reconcile.getByRole('button', { name: 'Repair differences' }).click();
  await reconcile.getByText('Repair differences?').waitFor();
  await reconcile.getByRole('button', { name: 'Repair differences' }).click();
  await finished.getByText(/^Repair of /).waitFor();
  expect((await elasticsearch.count({ index })).count).toBeGreaterThan(0);
  // The result of the start is gone soon: what it says is no longer true.
  await page.getByText(/^Started: /).waitFor({ state: 'detached' });

  await schedule.getByRole('button', { name: 'Delete schedule' }).click();
  await schedule.getByRole('button', { name: 'Delete schedule' }).click();
  await schedule.getByText('No schedule is set').waitFor();
});

test.each([
  ['wide', { width: 1280, height: 900 }],
  ['narrow', { width: 380, height: 780 }],
])('%s it is accessible, and fits', async (_, viewport) => {
  const { page, faults } = await system.browser.open('/operations', { viewport });
  const operations = operationsPage(page);
  await page.getByRole('button', { name: 'Sign in to make changes' }).click();
  await operations.signIn('Ada', token);
  await operations.auditLog.getByRole('table').waitFor();
  await operations.finished.getByRole('listitem').first().locator('summary').click();
  await expectAccessible(page, 'a finished operation open');
  await expectNoSidewaysScroll(page);
  expect(faults).toEqual([]);
});

test('who signed in with a token that was changed since is signed out, and can sign in again', async () => {
  const { page } = await system.browser.open('/');
  const former = JSON.stringify({ name: 'Ada', token: 'a-former-token' });
  await page.evaluate((stored) => sessionStorage.setItem('buildhub.operator', stored), former);
  await page.goto('/operations');
  const operations = operationsPage(page);
  const signIn = operations.auditLog.getByRole('button', { name: 'Sign in' });
  await signIn.waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('buildhub.operator'))).toBeNull();
  await signIn.press('Enter');
  await operations.signIn('Ada', token);
  await operations.auditLog.getByRole('table').waitFor();
  await page.getByText('Signed in as Ada').waitFor();
  // The button is gone, and the focus stays where it was.
  await page.locator('section[aria-labelledby="audit-log"]:focus').waitFor();
});

test('all but what is private can be read without a token, and by the keyboard alone', async () => {
  const { page } = await system.browser.open('/operations');
  const operations = operationsPage(page);
  await operations.auditLog.getByText('Only operators can see the audit log').waitFor();
  await operations.finished.getByRole('listitem').first().waitFor();
  expect(await page.textContent('main')).not.toMatch(/by (Ada|Grace)/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#failures:focus').waitFor();
  // An action without a token asks for it, and a cancelled sign-in starts nothing.
  await operations.failures.getByRole('button', { name: /^Retry all/ }).press('Enter');
  for (const next of ['Tab', 'Enter']) await page.keyboard.press(next);
  await page.locator('input[name="name"]:focus').waitFor();
  await page.keyboard.press('Escape');
  await operations.failures.locator('button:focus', { hasText: 'Retry all' }).waitFor();
  await operations.running.getByText('No operation is running.').waitFor();
});

test('ingestions that are retried are counted, with a link to them; without the server all is grey', async () => {
  const { page } = await system.browser.open('/operations');
  const operations = operationsPage(page);
  await expect.poll(() => operations.tile('Being retried')).toBe('0');
  const link = await page.getByRole('link', { name: 'Being retried' }).getAttribute('href');
  expect(new URL(link ?? '').searchParams.get('query')).toMatch(/Outcome = 'retrying'$/);
  await page.getByText(/^Updated \d+ s ago$/).waitFor();
  // Back on the page after a while, before the first response.
  await page.route('**/api/**', () => undefined);
  await page.waitForRequest('**/api/operations/state');
  await page.clock.setFixedTime(Date.now() + 60_000);
  await page.getByText(/^Updated 1 min( \d+ s)? ago$/).waitFor();
  // What is known of all failures is not shown for some of them.
  const retryAll = operations.failures.getByRole('button', { name: /^Retry all/ });
  expect(await retryAll.count()).toBe(1);
  await operations.failures.getByLabel('Filter by reason').fill('other');
  await retryAll.waitFor({ state: 'detached' });

  await page.unroute('**/api/**');
  await page.reload();
  const empty = page.getByText(/^(The dead-letter queue is empty|No operation is running)/);
  await expect.poll(() => empty.filter({ visible: true }).count()).toBe(2);
  await page.route('**/api/**', (route) => route.abort());
  await page.getByText(/^Updated .* ago\. The server is not responding/).waitFor();
  await expect.poll(() => empty.filter({ visible: true }).count()).toBe(0);
  await expect.poll(() => page.locator('section[data-stale="true"]').count()).toBe(6);
});

test('a repair that would empty the index is refused, and mass deletion is a destructive choice', async () => {
  const { elasticsearch, config, postgres } = system.sandbox;
  const index = config.ELASTICSEARCH_INDEX;
  for (const id of ['801', '802', '803'])
    await elasticsearch.index({ index, id, document: { id: 1 }, refresh: true });
  await postgres.database.delete(builds);
  const { page } = await system.browser.open('/operations');
  const { reconcile, signIn } = operationsPage(page);
  expect(await reconcile.getByLabel(/mass deletion/i).count()).toBe(0);
  await page.getByRole('button', { name: 'Sign in to make changes' }).click();
  await signIn('Ada', token);
  await reconcile.getByLabel('Extent').selectOption('none');
  await reconcile.getByRole('button', { name: 'Compare', exact: true }).click();
  await reconcile.getByText('Report (compare): done').waitFor();
  await reconcile.getByRole('button', { name: 'Repair differences' }).click();
  await reconcile.getByRole('button', { name: 'Repair differences' }).click();
  const button = reconcile.getByRole('button', { name: /^Repair, and allow mass deletion/ });
  expect(await button.getAttribute('class')).toContain('danger');
  const before = await elasticsearch.count({ index });
  expect(before.count).toBeGreaterThanOrEqual(3);
  await button.click();
  await reconcile.getByText(/Is the database right and complete\?/).waitFor();
  await reconcile.getByRole('button', { name: 'Repair, and allow mass deletion', exact: true }).click();
  const count = async () => (await elasticsearch.count({ index })).count;
  await expect.poll(count, { timeout: 60_000 }).toBe(0);
});
