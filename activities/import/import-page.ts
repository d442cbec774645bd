import { type Database, inTransaction } from '../../drizzle/connect.ts';
import {
  type ImportedObject,
  importBuilds,
  importObjects,
  type MainBuild,
} from '../../drizzle/queries/import.ts';
import { buildHash } from '../../schema/build-hash.ts';
import {
  isJsonObject,
  type JsonValue,
  memberAt,
  numberText,
  parseLossless,
} from '../../schema/lossless-json.ts';
import { longFields } from '../../schema/search/index-mapping.ts';
import { shorten } from '../../schema/shorten.ts';
import { validateBuild } from '../../schema/validate-build.ts';
import { addImports, type ExampleKind, type ImportCounts, noImports } from './import-counts.ts';

/**
 * Brings rows of `main_build` into the tables, in one transaction: the builds, and the objects that they came from.
 * Bringing them in again changes nothing.
 */
export async function importPage(
  database: Database,
  rows: readonly MainBuild[],
  bucket: string,
  run: { readonly workflowId: string; readonly runId: string },
): Promise<ImportCounts> {
  const imported = await inTransaction(database, async (transaction) => {
    const builds = await importBuilds(transaction, rows, bucket, run.runId);
    await importObjects(transaction, bucket, objectsOf(rows), run);
    return builds;
  });
  return rows.reduce((sum, row, index) => addImports(sum, countRow(row, imported[index])), noImports);
}

/**
 * The objects behind rows. Builds of one object with one ETag belong together, as a release and its twin do; if the
 * content has changed, the object is what the last row says.
 */
export function objectsOf(rows: readonly MainBuild[]): ImportedObject[] {
  const objects = new Map<string, ImportedObject>();
  for (const { key, etag: quoted, hash, createdAt: seenAt } of rows) {
    if (!key) continue;
    const etag = quoted?.replaceAll('"', '') || null;
    const before = objects.get(key);
    const hashes = before && before.etag === etag ? [...before.hashes, hash] : [hash];
    objects.set(key, { key, etag, hashes, seenAt });
  }
  return [...objects.values()];
}

function countRow(row: MainBuild, imported: { id: string; isNew: boolean } | undefined): ImportCounts {
  const { id, hash } = row;
  const { verdict, computed, problem } = checkBuild(row.build, hash);
  const isKept = imported?.id === id;
  const difference = `stored ${hash}, computed ${computed}`;
  const example = (kind: ExampleKind, isOne: boolean, text: string) => ({
    [kind]: isOne ? [{ id, text: shorten(text) }] : [],
  });
  return {
    rows: 1,
    kept: isKept ? 1 : 0,
    inserted: isKept && imported.isNew ? 1 : 0,
    otherId: isKept ? 0 : 1,
    hashEqual: verdict === 'equal' ? 1 : 0,
    hashRewritten: verdict === 'rewritten' ? 1 : 0,
    hashDifferent: verdict === 'different' ? 1 : 0,
    invalid: problem ? 1 : 0,
    examples: {
      ...noImports.examples,
      ...example('otherId', !isKept, `${hash} is build ${imported?.id}`),
      ...example('hashRewritten', verdict === 'rewritten', difference),
      ...example('hashDifferent', verdict === 'different', difference),
      ...example('invalid', problem !== undefined, problem ?? ''),
    },
  };
}

/** What is to be said of the build of a row, which may be any JSON. */
function checkBuild(text: string, hash: string) {
  try {
    const build = parseLossless(text);
    return { ...verifyHash(build, hash), problem: validateBuild(build)[0] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { verdict: 'different', computed: 'none', problem: error.message } as const;
  }
}

/**
 * Computes the hash of a build again. If it differs, tries what jsonb may have done to each of the build's numbers: a
 * number with an exponent is stored as plain digits (`1e21` as an integer), and the sign of zero is lost.
 *
 * @returns the hash as computed from jsonb; the verdict `rewritten` says that the stored one is right all the same
 */
export function verifyHash(build: JsonValue, stored: string) {
  const computed = buildHash(build);
  if (computed === stored) return { verdict: 'equal', computed } as const;
  const candidates = [build];
  for (const path of longFields) {
    candidates.push(...candidates.flatMap((candidate) => withOtherNumber(candidate, path)));
  }
  const isRewritten = candidates.some((candidate) => buildHash(candidate) === stored);
  return { verdict: isRewritten ? 'rewritten' : 'different', computed } as const;
}

/** The build with what else a number may have been before jsonb: an integer a float, a zero negative. */
function withOtherNumber(build: JsonValue, path: string): JsonValue[] {
  const [section = '', name = ''] = path.split('.');
  const members = memberAt(build, section);
  const text = numberText(memberAt(build, section, name));
  if (!isJsonObject(build) || !isJsonObject(members) || text === undefined) return [];
  const isInteger = /^-?\d+$/.test(text);
  if (!isInteger && Number(text) !== 0) return [];
  const other = JSON.rawJSON(isInteger ? `${text}.0` : '-0.0');
  return [{ ...build, [section]: { ...members, [name]: other } }];
}
