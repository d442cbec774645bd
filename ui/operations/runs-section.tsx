import type { RunList } from '../../api/operations/run-routes.ts';
import { EndedRun, RunCard } from './run-card.tsx';
import type { Polled } from './use-polled.ts';

/** What runs. */
export function RunningSection({ runs: { value, problem } }: { runs: Polled<RunList> }) {
  return (
    <section className="section" aria-labelledby="running">
      <h2 id="running">Running now</h2>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {value?.running.length === 0 && <p className="soft">No backfill, reindex or the like is running.</p>}
      <ul className="runs">
        {value?.running.map((run) => (
          <RunCard key={run.workflow_id} run={run} />
        ))}
      </ul>
    </section>
  );
}

/** What has ended, the newest first. */
export function EndedSection({ runs: { value } }: { runs: Polled<RunList> }) {
  return (
    <section className="section" aria-labelledby="ended">
      <h2 id="ended">Ended</h2>
      {value?.finished.length === 0 && <p className="soft">Nothing yet.</p>}
      <ul className="rows">
        {value?.finished.map((run) => (
          <EndedRun key={`${run.run_id} ${run.finished_at}`} run={run} />
        ))}
      </ul>
    </section>
  );
}
