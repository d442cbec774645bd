import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the variables to a file that a POSIX shell can source: `set -a; . PATH; set +a`. The file appears whole or
 * not at all, and only its owner may read it.
 */
export function writeEnvFile(path: string, env: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  const lines = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}\n`);
  writeFileSync(draft, lines.join(''), { mode: 0o600 });
  renameSync(draft, path);
}

function quote(value: string): string {
  return /^[A-Za-z0-9_./:@,+%-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
