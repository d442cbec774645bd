import { z } from 'zod';
import { variables } from './variables.ts';
import { withoutPasswords } from './without-passwords.ts';

const schema = z.object(variables);

/** The typed configuration: one field for each environment variable, under the variable's own name. */
export type Config = z.output<typeof schema>;

/** What is wrong with the environment, all of it, one line for each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks the environment.
 *
 * @param env what to read; the process's environment unless a test brings its own
 * @throws {ConfigError} that lists every variable with a bad value, what it was and what it must be
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const shown = secret.test(name) ? '(not shown)' : JSON.stringify(withoutPasswords(set[name] ?? ''));
    return `  ${name} = ${shown}: ${issue.message}`;
  });
  throw new ConfigError(
    `The environment has ${lines.length} invalid value${lines.length === 1 ? '' : 's'} (see docs/configuration.md):\n${lines.join('\n')}`,
  );
}

/** Variables whose value never appears in a message. */
const secret = /KEY|PASSWORD|SECRET|TOKEN|DATABASE_URL/;

/** The `TEMPORAL_*` variables, which Temporal's own environment configuration reads. */
export function temporalEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('TEMPORAL_') && value ? [[name, value]] : [],
    ),
  );
}

/** The environment for a child process: this process's own with `changes` on top. */
export function childEnvironment(changes: Record<string, string> = {}): Record<string, string | undefined> {
  return { ...process.env, ...changes };
}
