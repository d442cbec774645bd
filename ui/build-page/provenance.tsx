import type { ReactNode } from 'react';
import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { safeUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Time } from '../parts/time.tsx';

/** Where the record comes from and when it was ingested. */
export function Provenance({ record }: { record: BuildRecord }) {
  const { hash, s3, also_at, created_at, indexed_at, inserted_by, ingestion } = record;
  const objects = [...(s3 ? [s3] : []), ...also_at];
  const version = [inserted_by.version, inserted_by.commit].filter(Boolean).join(' ');
  const run = safeUrl(ingestion?.temporal_url);
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Hash', <Copied key="hash" text={hash} name="hash" />],
    ['Bucket', objects[0]?.bucket ?? 'unknown'],
    [
      objects.length > 1 ? 'Keys' : 'Key',
      <ul key="keys">
        {objects.map(({ bucket, key }) => (
          <li key={`${bucket}/${key}`}>
            <Copied text={key} name="key" />
          </li>
        ))}
      </ul>,
    ],
    ['ETag', objects[0]?.etag],
    ['Inserted', <Time key="inserted" at={created_at} />],
    ['Searchable', indexed_at === null ? 'not yet' : <Time key="indexed" at={indexed_at} />],
    ['Inserted by', version && `Buildhub ${version}`],
  ];
  return (
    <section className="section" aria-label="Provenance">
      <h2>Provenance</h2>
      <dl className="record">
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p className="actions">
        <a className="button" href={record.links.self}>
          Record as JSON
        </a>
        {run && (
          <a className="button" href={run}>
            Run in the Temporal UI
          </a>
        )}
      </p>
    </section>
  );
}

function Copied({ text, name }: { text: string; name: string }) {
  return (
    <>
      {text}
      <CopyButton text={text} name={name} />
    </>
  );
}
