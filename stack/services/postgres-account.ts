import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { findProgram } from '../programs.ts';
import type { SourceContext } from './source.ts';

/** Whom PostgreSQL runs as: nothing set means the user of this process. */
export interface Account {
  readonly name?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: then it is the user `postgres` if there is one, else `nobody`. */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. Run this command as another user.',
  );
}

/**
 * How to run one of PostgreSQL's programs as the account. Where the account may not walk into the folders of the
 * program or the data (a checkout below root's own home, say), it is given that right alone, by Linux's `setpriv`.
 * Throws when that is needed and cannot be had.
 */
export async function asAccount(
  account: Account,
  context: SourceContext,
  program: string,
  args: readonly string[],
): Promise<{ command: string; args: readonly string[]; cwd: string; uid?: number; gid?: number }> {
  mkdirSync(context.dataDir, { recursive: true });
  const { name, uid, gid } = account;
  if (uid === undefined || gid === undefined) return { command: program, args, cwd: context.dataDir };
  if (mayRun(program, uid, gid) && mayEnter(context.dataDir, uid, gid)) {
    return { command: program, args, cwd: '/', uid, gid };
  }
  const setpriv = findProgram('setpriv', context.settings.path);
  if (setpriv === undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and the user "${name}" that it would run as cannot reach ${program} and ${context.dataDir}. Move the checkout to where every user may read it (/srv or /opt, say), install setpriv (package util-linux), or run this command as another user.`,
    );
  }
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return {
    command: setpriv,
    args: ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...capability, program, ...args],
    cwd: '/',
  };
}

function mayRun(program: string, uid: number, gid: number): boolean {
  return spawnSync(program, ['--version'], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}

function mayEnter(folder: string, uid: number, gid: number): boolean {
  return spawnSync('test', ['-x', folder], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}

function idOf(kind: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [kind, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return undefined;
  }
}
