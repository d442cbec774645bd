import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the variables to a file that a POSIX shell can source: `set -a; . PATH; set +a`. The file appears whole or
 * not at all, and only its owner may read it. Throws when a name is no shell variable name or a value holds a NUL.
 */
export function writeEnvFile(path: string, env: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, formatEnv(env), { mode: 0o600 });
  renameSync(draft, path);
}

/** Deletes an env file; one that is not there is no error. */
export function removeEnvFile(path: string): void {
  rmSync(path, { force: true });
}

/** Reads back what writeEnvFile wrote. Throws when the file is not there or holds a line of another kind. */
export function readEnvFile(path: string): Record<string, string> {
  return parseEnv(readFileSync(path, 'utf8'));
}

/** One `NAME=value` line for each variable, quoted where a shell would read something else. */
export function formatEnv(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new Error(`"${name}" cannot be an environment variable: use letters, digits and _.`);
      }
      if (value.includes('\0'))
        throw new Error(`The value of ${name} holds a NUL character, which no shell can take.`);
      return `${name}=${quote(value)}\n`;
    })
    .join('');
}

/** The inverse of formatEnv. */
export function parseEnv(text: string): Record<string, string> {
  const env: Record<string, string> = {};
  const entry = /([A-Za-z_][A-Za-z0-9_]*)=((?:'[^']*'|\\'|[^\s'\\])*)\n/y;
  while (entry.lastIndex < text.length) {
    const from = entry.lastIndex;
    const match = entry.exec(text);
    if (match === null) throw new Error(`Not an env file of the stack, at: ${text.slice(from, from + 60)}`);
    const [, name, value] = match;
    if (name !== undefined && value !== undefined) {
      env[name] = value.replace(
        /'([^']*)'|\\(')/g,
        (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? '',
      );
    }
  }
  return env;
}

function quote(value: string): string {
  return /^[A-Za-z0-9_./:@,+%-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
