import { ConfigError } from '../config/config.ts';

/** Exit code for a mistake in how a command was called or configured, as in sysexits. */
const EX_CONFIG = 78;

/**
 * Tells a person why a command failed, on standard error, and makes the process exit with 78 for a bad environment and
 * 1 for anything else.
 *
 * @param explanation of the error
 */
export function reportFailure(error: unknown, explanation: string): void {
  process.exitCode = error instanceof ConfigError ? EX_CONFIG : 1;
  process.stderr.write(`buildhub: ${explanation}\n`);
}
