import { IngestionSection } from '../ingestion/ingestion-section.tsx';
import type { BuildHit } from '../search/build-hit.ts';
import { fetchRecord } from './find-builds.ts';
import { LoadedSection } from './loaded-section.tsx';
import { OtherRecords } from './other-records.tsx';
import { Provenance } from './provenance.tsx';
import { useLoaded } from './use-loaded.ts';

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
