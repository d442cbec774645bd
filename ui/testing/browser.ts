import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export type TestBrowser = Awaited<ReturnType<typeof startBrowser>>;
export type TestPage = Awaited<ReturnType<typeof openPage>>;

/**
 * Starts the system's Chromium, without network but the machine's own.
 *
 * @param baseURL of the Buildhub that addresses are relative to
 * @throws when there is none and it cannot be installed; the message says what to do
 */
export async function startBrowser(baseURL: string) {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  return {
    open: (address: string, options?: BrowserContextOptions) =>
      openPage(browser, address, { baseURL, ...options }),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Opens a page of its own, with nothing remembered; exceptions and complaints of the policy are kept in `faults`. */
async function openPage(browser: Browser, address: string, options: BrowserContextOptions) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => faults.push(`A dialog opened: ${dialog.message()}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Minified React error/.test(message.text())) faults.push(message.text());
  });
  await page.goto(address);
  return { page, faults };
}

function findChromium(): string {
  const found = programs.find(existsSync);
  if (found !== undefined) return found;
  try {
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'ignore', timeout: 240_000 });
  } catch {
    // What follows says what to do.
  }
  const installed = programs.find(existsSync);
  if (installed !== undefined) return installed;
  throw new Error(
    `The browser tests need Chromium at one of ${programs.join(', ')}, and "apt-get install chromium" did not bring it. Install it and run them again.`,
  );
}
