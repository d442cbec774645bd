import type { Ingestion } from '../../api/ingestions/ingestion-schema.ts';
import { getJson } from '../api/ask-api.ts';
import { LoadedSection, useLoaded } from '../build-page/loaded-section.tsx';
import { formatDate } from '../format/date.ts';
import { safeUrl } from '../links/links.ts';
import { RunTimeline } from './run-timeline.tsx';

/** How the object of a build was ingested: what came of it, and what its run did, from Temporal's history. */
export function IngestionSection({ address }: { address: string | undefined }) {
  const loaded = useLoaded(address ?? '', async () =>
    address === undefined ? undefined : ((await getJson(address)) as Ingestion),
  );
  return (
    <LoadedSection title="Ingestion" loaded={loaded}>
      {(found) =>
        found ? <Outcome found={found} /> : <p className="soft">No ingestion is recorded for this object.</p>
      }
    </LoadedSection>
  );
}

function Outcome({ found: { ingestion, run, runs } }: { found: Ingestion }) {
  return (
    <div className="ingestion">
      {ingestion && (
        <p>
          <strong className="outcome" data-outcome={ingestion.outcome}>
            {ingestion.outcome}
          </strong>{' '}
          on {formatDate(ingestion.last_attempt_at)} UTC, in {ingestion.attempts}{' '}
          {ingestion.attempts === 1 ? 'attempt' : 'attempts'}
          {ingestion.reason && <>: {ingestion.reason}</>}
        </p>
      )}
      {run?.timeline && <RunTimeline timeline={run.timeline} />}
      {run?.note && <p className="soft">{run.note}</p>}
      {runs && runs.length > 1 && (
        <>
          <h3>All runs of this object in Temporal</h3>
          <ul>
            {runs.map((listed) => (
              <li key={listed.run_id}>
                <a href={safeUrl(listed.temporal_url)}>{formatDate(listed.started_at)}</a> {listed.status}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
