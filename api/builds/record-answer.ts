import { memberAt } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { buildPagePath, recordPath } from './addresses.ts';
import { type IngestionState, ingestionAnswer } from './ingestion-answer.ts';
import { JsonText } from './json-text.ts';
import type { StoredRecord } from './read-record.ts';
import type { LinkSettings } from './temporal-links.ts';

/** The answer of `/api/records/{reference}`, see `buildRecord`, to be written by `writeJson`. */
export function recordAnswer({ build, object, twin, sameObject }: StoredRecord, settings: LinkSettings) {
  const { id, hash, bucket, key, etag } = build;
  const ingestion: (IngestionState & { is_of_this_build: boolean }) | null = object
    ? { ...ingestionAnswer(object, settings), is_of_this_build: object.buildHashes.includes(hash) }
    : null;
  return {
    id,
    hash,
    build: new JsonText(build.build),
    s3: bucket === null || key === null ? null : { bucket, key, etag },
    created_at: build.createdAt,
    indexed_at: build.indexedAt,
    inserted_by: new JsonText(build.metadata),
    ingestion,
    related: {
      twin: twin ? { ...related(twin.build), relation: twin.relation } : null,
      same_object: sameObject.map((other) => ({
        ...related(other),
        etag: other.etag,
        relation: BigInt(other.id) < BigInt(id) ? 'older' : 'newer',
      })),
    },
    links: {
      self: recordPath(id),
      page: buildPagePath(id),
      same_build_id: sameBuildIdPath(build.build),
    },
  };
}

function related({ id, hash, createdAt }: { id: string; hash: string; createdAt: Date }) {
  return { id, hash, created_at: createdAt, url: recordPath(id) };
}

function sameBuildIdPath(buildText: string): string | null {
  const buildId = memberAt(parseJson(buildText), 'build', 'id');
  return typeof buildId === 'string' && buildId !== ''
    ? `/api/export?${new URLSearchParams({ build_id: buildId })}`
    : null;
}
