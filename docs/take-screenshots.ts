/**
 * Takes the pictures of the documentation from a running system: `npm run docs:images`, while `npm start` runs.
 */
import { loadConfig } from '../config/config.ts';
import { startBrowser } from '../ui/testing/browser.ts';

const { API_URL } = loadConfig();
await using browser = await startBrowser(API_URL);
const size = { viewport: { width: 1280, height: 800 } };

const { page } = await browser.open('/?q=firefox', size);
await page.locator('tbody tr').first().waitFor();
// The first search of a new system is slow.
await page.reload();
await page.locator('tbody tr').first().waitFor();
await page.screenshot({ path: imagePath('search') });

const { page: buildPage } = await browser.open('/builds/1', size);
await buildPage.getByRole('heading', { name: 'Ingestion' }).waitFor();
await buildPage.getByText('Loading…').first().waitFor({ state: 'detached' });
await buildPage.screenshot({ path: imagePath('build'), fullPage: true });

const { page: operations } = await browser.open('/operations', { viewport: { width: 1280, height: 1000 } });
await operations.getByText('Updated').waitFor();
await operations.screenshot({ path: imagePath('operations') });

function imagePath(name: string): string {
  return new URL(`images/${name}.png`, import.meta.url).pathname;
}
