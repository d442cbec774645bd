import type { Ingestion } from '../../api/ingestions/ingestion-schema.ts';
import { getJson } from '../api/ask-api.ts';
import { LoadedSection, useLoaded } from '../build-page/loaded-section.tsx';
import { formatDate } from '../format/date.ts';
import { safeUrl } from '../links/links.ts';

/** How the object of a build was ingested: its outcome, and its runs with what they wait for. */
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

function Outcome({ found: { ingestion, runs } }: { found: Ingestion }) {
  return (
    <div className="ingestion">
      {ingestion && (
        <p>
          <strong className="outcome" data-outcome={ingestion.outcome}>
            {ingestion.outcome}
          </strong>{' '}
          at {formatDate(ingestion.last_attempt_at)}, after {ingestion.attempts}{' '}
          {ingestion.attempts === 1 ? 'attempt' : 'attempts'}
          {ingestion.reason && <>: {ingestion.reason}</>}
        </p>
      )}
      <h3>Runs in Temporal</h3>
      {runs === null && <p className="soft">Temporal is not responding.</p>}
      {runs?.length === 0 && <p className="soft">None. Temporal keeps finished runs for a limited time.</p>}
      <ul>
        {runs?.map((run) => (
          <li key={run.run_id}>
            <a href={safeUrl(run.temporal_url)}>{formatDate(run.started_at)}</a> {run.status}
            <span className="soft"> {run.workflow_id.slice(0, run.workflow_id.indexOf(':'))}</span>
            {run.waiting.map(({ name, attempts, error }) => (
              <p key={name}>
                {name}, attempt {attempts}
                {error && `: ${error}`}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
