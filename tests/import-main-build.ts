import pg from 'pg';
import { administrate } from './fixture/administrate.ts';

/** A row of Buildhub2, as its code would have written it. */
export interface OldRow {
  readonly id: number;
  readonly hash: string;
  /** The published JSON text. */
  readonly build: string;
  readonly metadata: string;
  readonly createdAt: string;
  readonly key: string | null;
  readonly etag: string | null;
}

/** Creates the database of a Buildhub2 beside that of a sandbox, and connects to it. Disposing of it drops it. */
export async function openOldDatabase(besideUrl: string) {
  const url = new URL(besideUrl);
  const name = `${url.pathname.slice(1)}-old`;
  await administrate(besideUrl, `create database "${name}"`);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    ...{ url: url.href, client },
    async [Symbol.asyncDispose]() {
      await client.end();
      await administrate(besideUrl, `drop database "${name}" with (force)`);
    },
  };
}

/** Makes the table `main_build` by Buildhub2's own definition, with these rows and no other. */
export async function createMainBuild(client: pg.Client, rows: readonly OldRow[]): Promise<void> {
  await client.query(`
    drop table if exists main_build;
    create table main_build (
      id serial primary key,
      build_hash varchar(45) not null unique,
      build jsonb not null,
      metadata jsonb not null,
      created_at timestamptz not null,
      s3_object_key varchar(400) null,
      s3_object_etag varchar(400) null
    );
    create index main_build_build_hash_8fe6dad8_like on main_build (build_hash varchar_pattern_ops)`);
  const column = (read: (row: OldRow) => string | number | null) => rows.map(read);
  await client.query(
    `insert into main_build
     select * from unnest($1::int[], $2::text[], $3::jsonb[], $4::jsonb[], $5::timestamptz[], $6::text[], $7::text[])`,
    [
      column(({ id }) => id),
      column(({ hash }) => hash),
      column(({ build }) => build),
      column(({ metadata }) => metadata),
      column(({ createdAt }) => createdAt),
      column(({ key }) => key),
      column(({ etag }) => etag),
    ],
  );
}
