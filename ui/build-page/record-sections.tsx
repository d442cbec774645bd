import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { formatDate } from '../format/date.ts';
import { IngestionSection } from '../ingestion/ingestion-section.tsx';
import { buildPath } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { type BuildHit, recordOf } from '../search/build-hit.ts';
import { fetchRecord } from './find-builds.ts';
import { LoadedSection, useLoaded } from './loaded-section.tsx';
import { Provenance } from './provenance.tsx';

/** What the table knows of a build beyond what was published. */
export function RecordSections({ build }: { build: BuildHit }) {
  const loaded = useLoaded(build.objectID, () => fetchRecord(build.objectID));
  const address = loaded.state === 'done' ? loaded.value.ingestion?.url : undefined;
  return (
    <>
      <LoadedSection title="Other records of the same object" loaded={loaded}>
        {(record) => <OtherRecords record={record} />}
      </LoadedSection>
      <LoadedSection title="Provenance" loaded={loaded}>
        {(record) => <Provenance record={record} />}
      </LoadedSection>
      {loaded.state === 'done' && <IngestionSection address={address} />}
    </>
  );
}

/** What else was made of the same object: other contents of its key, and a release's twin on the beta channel. */
function OtherRecords({ record: { related } }: { record: BuildRecord }) {
  const { twin, same_object } = related;
  const others = [
    ...(twin
      ? [{ ...twin, label: twin.relation === 'release' ? 'The release itself' : 'Its beta twin' }]
      : []),
    ...same_object.map((other) => ({
      ...other,
      label: other.relation === 'older' ? 'Older content' : 'Newer content',
    })),
  ];
  if (others.length === 0)
    return <p className="soft">None: the object was written once and has one record.</p>;
  return (
    <ul className="other-records">
      {others.map(({ id, hash, created_at, label }) => (
        <li key={id}>
          <a href={buildPath(id)}>
            {label}, record {id}
          </a>{' '}
          <span className="soft">
            inserted {formatDate(created_at)}, <span className="code">{hash}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The record as JSON. */
export function RawRecord({ build }: { build: BuildHit }) {
  const text = JSON.stringify(recordOf(build), null, 2);
  return (
    <details className="section raw">
      <summary>
        <h2>JSON</h2>
      </summary>
      <p className="actions">
        <CopyButton text={`${text}\n`} name="record as JSON">
          Copy JSON
        </CopyButton>
      </p>
      <ScrollFrame label="Record as JSON">
        <pre>{text}</pre>
      </ScrollFrame>
    </details>
  );
}
