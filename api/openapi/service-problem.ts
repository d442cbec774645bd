import { ApiProblem } from './api-problem.ts';

/** Codes of Node and PostgreSQL that say that the database is away, starting, stopping, full or too slow. */
const databaseCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08\w{3}|53\w{3}|57P\w\w|57014|58\w{3})$/;
/** What `pg` says without a code. */
const databaseMessages = /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout)/;

/**
 * The answer for a database that cannot be used at the moment, or undefined for any other error.
 *
 * @param error as thrown by a query; drizzle puts the database's own error into its `cause`
 */
export function serviceProblem(error: unknown): ApiProblem | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current ? String(current.code) : '';
    if (databaseCodes.test(code) || databaseMessages.test(current.message)) {
      return new ApiProblem(503, 'The database is not available at the moment. Try again soon.', {
        headers: { 'Retry-After': '5' },
        cause: error,
      });
    }
  }
  return undefined;
}
