/** A field of the index as Elasticsearch 9 takes it, limited to what builds need. */
type FieldMapping =
  | { type: 'keyword'; ignore_above?: number }
  | { type: 'long' }
  | { type: 'date'; format?: string }
  | { type: 'text'; fields: { keyword: { type: 'keyword'; ignore_above: number } } }
  | { type: 'object'; dynamic: false; properties: Record<string, FieldMapping> };

const keyword = { type: 'keyword' } as const;
const date = { type: 'date', format: 'strict_date_optional_time||epoch_millis' } as const;
/**
 * What Elasticsearch 6 made of these fields automatically, and clients depend on: a `regexp` on `build.target` matches
 * single words such as `x86_64`.
 */
const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } } as const;
const object = <P extends Record<string, FieldMapping>>(properties: P) =>
  ({ type: 'object', dynamic: false, properties }) as const;

/**
 * The mapping of the build index (contract, section 6). Objects are not nested, as SearchKit cannot search those.
 * `dynamic: false` keeps a field that is not listed in `_source` but never indexes it: the schema lets no such field
 * through, and should it once be extended ahead of this mapping, builds stay searchable and the mapping cannot grow.
 */
export const indexMapping = {
  dynamic: false,
  properties: {
    id: keyword,
    build: object({
      id: keyword,
      date,
      number: { type: 'long' },
      as: text,
      ld: text,
      cc: text,
      cxx: text,
      host: text,
      target: text,
    }),
    source: object({ product: keyword, repository: keyword, tree: keyword, revision: keyword }),
    target: object({ platform: keyword, os: keyword, locale: keyword, version: keyword, channel: keyword }),
    download: object({ url: keyword, mimetype: keyword, size: { type: 'long' }, date }),
  },
} as const satisfies { dynamic: false; properties: Record<string, FieldMapping> };

/**
 * Settings of a new build index. One shard holds many millions of documents of this size and makes aggregations
 * exact. A replica is added automatically as soon as there is a second node, so a single node stays green.
 *
 * @param refreshInterval how soon a build becomes searchable, as a time of Elasticsearch (`1s`; `-1` for never).
 */
export function indexSettings(refreshInterval: string) {
  return {
    number_of_shards: 1,
    auto_expand_replicas: '0-1',
    refresh_interval: refreshInterval,
  };
}

/** Lucene refuses a document with a longer term; only `ignore_above` would make Elasticsearch skip it instead. */
export const maxKeywordBytes = 32_766;

/** Paths of the fields that are stored as one term each; each holds up to {@link maxKeywordBytes}. */
export const keywordFields: readonly string[] = pathsOfType(indexMapping.properties, 'keyword');

export const dateFields: readonly string[] = pathsOfType(indexMapping.properties, 'date');

export const longFields: readonly string[] = pathsOfType(indexMapping.properties, 'long');

function pathsOfType(
  properties: Record<string, FieldMapping>,
  type: FieldMapping['type'],
  prefix = '',
): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    if (field.type === 'object') return pathsOfType(field.properties, type, `${prefix}${name}.`);
    return field.type === type ? [`${prefix}${name}`] : [];
  });
}
