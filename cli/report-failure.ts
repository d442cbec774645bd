import { inspect } from 'node:util';
import { ConfigError } from '../config/config.ts';

/** Exit code for a mistake in how a command was called or configured, as in sysexits. */
const EX_CONFIG = 78;

/**
 * Tells a person why a command failed, on standard error, and makes the process exit with 78 for a bad environment and
 * 1 for anything else. The message comes first and the causes below it; a stack only where there is no message.
 */
export function reportFailure(error: unknown): void {
  process.exitCode = error instanceof ConfigError ? EX_CONFIG : 1;
  process.stderr.write(`buildhub: ${explain(error)}\n`);
}

function explain(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map(explain).join('\n  ');
  if (!(error instanceof Error) || error.message === '') return inspect(error);
  return error.cause === undefined ? error.message : `${error.message}\n  because: ${explain(error.cause)}`;
}
