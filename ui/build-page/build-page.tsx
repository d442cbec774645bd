import type { BuildRecord as StoredRecord } from '../../api/builds/record-schema.ts';
import { IngestionSection } from '../ingestion/ingestion-section.tsx';
import { buildPath } from '../links/links.ts';
import { PageFrame } from '../page/page-frame.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { SearchIcon } from '../parts/icons.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { Time } from '../parts/time.tsx';
import { describe, textAt } from '../search/build-hit.ts';
import { BuildRecord, jsonOf } from './build-record.tsx';
import { findRecord } from './find-builds.ts';
import { useLoaded } from './loaded-section.tsx';
import { Provenance } from './provenance.tsx';
import { NeighbourBuilds, SiblingBuilds } from './related-builds.tsx';

const titleFields = ['source.product', 'target.version', 'target.platform', 'target.locale'];

/** The page of one build, by the id or the hash of its record. */
export function BuildPage({ id }: { id: string }) {
  const loaded = useLoaded(id, () => findRecord(id));
  const record = loaded.state === 'done' ? loaded.value : undefined;
  const title = record ? describe({ ...record.build, objectID: record.id }, titleFields) : `Build ${id}`;
  return (
    <PageFrame
      title={title}
      bar={
        <search className="search-box">
          <form action="/" method="get">
            <SearchIcon />
            <input type="search" name="q" aria-label="Search builds" placeholder="e.g. firefox 54 linux" />
          </form>
        </search>
      }
    >
      <main className="page" aria-busy={loaded.state === 'loading'}>
        {loaded.state === 'loading' && <p className="message soft">Loading build {id}…</p>}
        {loaded.state === 'failed' && (
          <section className="message failure" role="alert">
            <h1>Build {id} could not be loaded</h1>
            <p>{loaded.error.message}</p>
            <p className="actions">
              <button type="button" className="button primary" onClick={loaded.retry}>
                Try again
              </button>
            </p>
          </section>
        )}
        {loaded.state === 'done' && record === undefined && (
          <section className="message">
            <h1>No build with id {id}</h1>
            <p className="soft">
              Check the address. Records are never deleted, but each Buildhub numbers its own records
              differently.
            </p>
            <p className="actions">
              <a className="button primary" href="/">
                Search all builds
              </a>
            </p>
          </section>
        )}
        {record && <RecordView title={title} record={record} />}
      </main>
    </PageFrame>
  );
}

/** Everything about one build: what was published first, then what is around it. */
function RecordView({ title, record }: { title: string; record: StoredRecord }) {
  const build = { ...record.build, objectID: record.id };
  const channel = textAt(build, 'target.channel');
  const text = jsonOf(record.build);
  return (
    <>
      <header className="build-header">
        <h1>{title}</h1>
        <p>
          <span className="channel" data-channel={channel}>
            {channel}
          </span>
          <span className="code">{textAt(build, 'build.id')}</span>
          <span>
            published <Time at={textAt(build, 'download.date')} />
          </span>
          <span className="soft">record {record.id}</span>
        </p>
      </header>
      <BuildRecord hit={build} published={record.build} hasOwnPage />
      <NeighbourBuilds build={build} />
      <SiblingBuilds build={build} />
      <OtherRecords record={record} />
      <Provenance record={record} />
      <IngestionSection address={record.ingestion?.url} />
      <details className="section">
        <summary>
          <h2>JSON</h2>
        </summary>
        <p className="actions">
          <CopyButton text={text} name="record as JSON">
            Copy JSON
          </CopyButton>
        </p>
        <ScrollFrame label="Record as JSON">
          <pre>{text}</pre>
        </ScrollFrame>
      </details>
    </>
  );
}

const relations = {
  release: 'The release itself',
  'beta twin': 'Its beta twin',
  older: 'Older content',
  newer: 'Newer content',
} as const;

/** Other records of the same object: other contents of its key, and a release's twin on the beta channel. */
function OtherRecords({ record: { related } }: { record: StoredRecord }) {
  const others = [...(related.twin ? [related.twin] : []), ...related.same_object];
  return (
    <section className="section" aria-label="Other records of the same object">
      <h2>Other records of the same object</h2>
      {others.length === 0 && <p className="soft">None. The object has been written only once.</p>}
      <ul>
        {others.map(({ id, hash, created_at, relation }) => (
          <li key={id}>
            <a href={buildPath(id)}>
              {relations[relation]}, record {id}
            </a>{' '}
            inserted <Time at={created_at} /> <span className="code soft">{hash}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
