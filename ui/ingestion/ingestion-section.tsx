import type { Ingestion } from '../../api/ingestions/ingestion-schema.ts';
import { getJson } from '../api/ask-api.ts';
import { LoadedSection, useLoaded } from '../build-page/loaded-section.tsx';
import { formatDate } from '../format/date.ts';
import { safeUrl } from '../links/links.ts';

/** How the object of a build was ingested: its outcome, what is being retried, and its runs. */
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
          on {formatDate(ingestion.last_attempt_at)}, in {ingestion.attempts}{' '}
          {ingestion.attempts === 1 ? 'attempt' : 'attempts'}
          {ingestion.reason && <>: {ingestion.reason}</>}
        </p>
      )}
      {run?.note && <p className="soft">{run.note}</p>}
      {run?.waiting.map(({ name, attempts, error, next_attempt_at: next }) => (
        <p key={name}>
          Step <code>{name}</code> is being retried after {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          {next && <>; next attempt {formatDate(next)}</>}
          {error && <>: {error}</>}
        </p>
      ))}
      {runs && runs.length > 0 && (
        <>
          <h3>Runs in Temporal</h3>
          <ul>
            {runs.map(
              ({ run_id: id, temporal_url: url, started_at: started, status, workflow_id: workflow }) => (
                <li key={id}>
                  <a href={safeUrl(url)}>{formatDate(started)}</a> {status}
                  <span className="soft"> {workflow.slice(0, workflow.indexOf(':'))}</span>
                </li>
              ),
            )}
          </ul>
        </>
      )}
    </div>
  );
}
