import type { Page } from 'playwright-core';

/** The operations page as a person meets it: everything is found by its role and name. */
export function operationsPage(page: Page) {
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  return {
    failures: region('Failures'),
    running: region('Running now'),
    finished: region('Finished'),
    auditLog: region('Audit log'),
    backfill: region('Backfill'),
    reindex: region('Reindex'),
    reconcile: region('Reconcile'),
    schedule: region('Reconciliation schedule'),
    lastAction: page.getByRole('status', { name: 'Last action' }),

    async tile(name: string): Promise<string | null> {
      return await page.locator('.tile', { hasText: name }).locator('strong').textContent();
    },

    /** Fills in the sign-in that the first action shows. */
    async signIn(name: string, token: string): Promise<void> {
      const dialog = page.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByLabel('Your name').fill(name);
      await dialog.getByLabel('Token').fill(token);
      await dialog.getByRole('button', { name: 'Continue' }).click();
    },
  };
}
