import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { formatAge } from '../format/date.ts';
import { safeUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';

/** Where the record comes from and when it came. */
export function Provenance({ record }: { record: BuildRecord }) {
  const { hash, s3, created_at, indexed_at, inserted_by } = record;
  const version = [inserted_by.version, inserted_by.commit].filter(Boolean).join(' ');
  const rows: [string, string | undefined, boolean?][] = [
    ['Hash', hash, true],
    ['Bucket', s3?.bucket],
    ['Key', s3?.key, true],
    ['ETag', s3?.etag ?? undefined],
    ['Inserted', created_at],
    ['Searchable', indexed_at ?? 'not yet'],
    ['Inserted by', version === '' ? undefined : `Buildhub ${version}`],
  ];
  return (
    <div className="record">
      <dl>
        {rows.map(
          ([name, value, isCopied]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {value}
                  {isCopied && <CopyButton text={value} name={name.toLowerCase()} />}
                  {/^\d{4}-.*Z$/.test(value) && <span className="soft"> {formatAge(value)}</span>}
                </dd>
              </div>
            ),
        )}
      </dl>
      {s3 === null && <p className="soft">The object it was read from is unknown.</p>}
      <p className="actions">
        <a className="button" href={record.links.self}>
          Record as JSON
        </a>
        {record.ingestion && safeUrl(record.ingestion.temporal_url) && (
          <a className="button" href={record.ingestion.temporal_url}>
            Run in the Temporal UI
          </a>
        )}
      </p>
    </div>
  );
}
