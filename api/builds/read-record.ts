import type { Database } from '../../drizzle/connect.ts';
import { type BuildReference, type BuildRow, findBuild } from '../../drizzle/queries/find-build.ts';
import { findObject, type ObjectRow } from '../../drizzle/queries/find-object.ts';
import { listObjectBuilds } from '../../drizzle/queries/list-object-builds.ts';
import { type Twin, twinHash } from './twin-hash.ts';

/** A build with what is known of where it came from and what belongs to it. */
export interface StoredRecord {
  readonly build: BuildRow;
  readonly object: ObjectRow | undefined;
  readonly twin: { readonly build: BuildRow; readonly relation: Twin['relation'] } | undefined;
  /** Of other contents of the same key, oldest first. */
  readonly sameObject: Awaited<ReturnType<typeof listObjectBuilds>>;
}

/** Reads all that PostgreSQL knows of one build; undefined where there is no such build. */
export async function readRecord(
  database: Database,
  reference: BuildReference,
): Promise<StoredRecord | undefined> {
  const build = await findBuild(database, reference);
  if (build === undefined) return undefined;
  const { bucket, key } = build;
  const place = bucket === null || key === null ? undefined : { bucket, key };
  const [object, ofObject, twin] = await Promise.all([
    place && findObject(database, place),
    place ? listObjectBuilds(database, place) : [],
    findTwin(database, build),
  ]);
  const others = ofObject.filter(({ hash }) => hash !== build.hash && hash !== twin?.build.hash);
  return { build, object, twin, sameObject: others };
}

async function findTwin(database: Database, { build }: BuildRow): Promise<StoredRecord['twin']> {
  const twin = twinHash(build);
  const found = twin && (await findBuild(database, { hash: twin.hash }));
  return found && { build: found, relation: twin.relation };
}
