import { type HealthCheck, reasonOf } from './health-check.ts';

/** @param pending resolves with the names of migrations that have not been applied */
export function checkMigrationsApplied(pending: () => Promise<readonly string[]>): HealthCheck {
  return {
    name: 'check_migrations_applied',
    async run() {
      try {
        const names = await pending();
        if (names.length === 0) return [];
        return [
          {
            level: 'warning',
            id: 'dockerflow.health.W001',
            text: `Unapplied migrations: ${names.join(', ')}`,
          },
        ];
      } catch (error) {
        return [
          {
            level: 'info',
            id: 'dockerflow.health.I001',
            text: `Can't connect to database to check migrations: ${reasonOf(error)}`,
          },
        ];
      }
    },
  };
}
