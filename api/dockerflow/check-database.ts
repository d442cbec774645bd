import { type HealthCheck, reasonOf } from './health-check.ts';

/** @param ping resolves when PostgreSQL has answered a query */
export function checkDatabaseConnected(ping: () => Promise<unknown>): HealthCheck {
  return {
    name: 'check_database_connected',
    async run() {
      try {
        await ping();
        return [];
      } catch (error) {
        return [
          {
            level: 'error',
            id: 'dockerflow.health.E001',
            text: `Could not connect to database: ${reasonOf(error)}`,
          },
        ];
      }
    },
  };
}
