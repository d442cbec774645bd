import { useEffect, useState } from 'react';
import type { OperationList, RunList } from '../../api/operations/run-routes.ts';
import type { OperationsState } from '../../api/operations/state-route.ts';
import { formatSeconds } from '../format/numbers.ts';
import { safeUrl } from '../links/links.ts';
import { PageFrame } from '../page/page-frame.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { Problem } from './action.tsx';
import { AuditLog } from './audit-log.tsx';
import { FailuresSection } from './failures.tsx';
import { Indexes } from './indexes.tsx';
import { OperationForm } from './operation-form.tsx';
import { OperatorProvider, useOperator } from './operator.tsx';
import { RatePlot } from './rate-plot.tsx';
import { ReconcileSchedule } from './reconcile-schedule.tsx';
import { FinishedSection, RunningSection } from './runs.tsx';
import { StateTiles } from './state-tiles.tsx';
import { type Polled, usePolled } from './use-polled.ts';
import './operations.css';

/** Operations that are started next to what they work on, and need no form. */
const withoutForm = ['roll-back', 'drop-indexes', 'retry'];

/** The page for operators: state, running operations, failures, what can be started, and the audit log. */
export function OperationsPage() {
  return (
    <OperatorProvider>
      <PageFrame
        title="Operations"
        skip={['Skip to the failures', 'failures']}
        bar={
          <nav className="page-nav" aria-label="On this page">
            <a href="#running">Running</a>
            <a href="#failures">Failures</a>
            <a href="#start">Start</a>
            <a href="#finished">Finished</a>
            <a href="#audit-log">Audit log</a>
          </nav>
        }
      >
        <Sections />
      </PageFrame>
    </OperatorProvider>
  );
}

function Sections() {
  const { operator } = useOperator();
  const state = usePolled<OperationsState>('/api/operations/state', 4);
  const runs = usePolled<RunList>('/api/operations/runs?limit=30', 3, operator?.token);
  const operations = usePolled<OperationList>('/api/operations', 3_600);
  const canSignIn = state.value?.can_write ?? false;
  return (
    <main className="page operations-page">
      <header className="section-head">
        <h1>Operations</h1>
        <OperatorLine state={state.value} />
      </header>
      <Problem of={state.problem} />
      {state.value?.problems.map(({ service, problem }) => (
        <Problem key={service} of={`${service} is unavailable: ${problem}`} />
      ))}
      <StateWithAge of={state} />
      <RatePlot />
      <RunningSection runs={runs} />
      <FailuresSection state={state} />
      <section className="section" aria-labelledby="start">
        <h2 id="start">Start an operation</h2>
        <Problem of={operations.problem} />
        <div className="starts">
          {operations.value?.operations
            .filter(({ name }) => !withoutForm.includes(name))
            .map((operation) => (
              <OperationForm key={operation.name} operation={operation} runs={runs} />
            ))}
          <Indexes />
          <ReconcileSchedule />
        </div>
      </section>
      <FinishedSection runs={runs} />
      <AuditLog canSignIn={canSignIn} />
    </main>
  );
}

/** The state, and how old it is. */
function StateWithAge({ of: { value, updatedAt = 0, problem } }: { of: Polled<OperationsState> }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = Math.max(0, Math.floor((now - updatedAt) / 1_000));
  const isStale = problem !== undefined;
  if (value === undefined) return null;
  return (
    <div className="freshness" data-stale={isStale}>
      <StateTiles state={value} />
      <p className="soft">
        Updated {formatSeconds(age)} ago
        {isStale && '. The server is not responding; these are the last known values.'}
      </p>
    </div>
  );
}

/** Who is signed in, and the way to Temporal. */
function OperatorLine({ state }: { state: OperationsState | undefined }) {
  const { operator, signIn, signOut } = useOperator();
  const url = safeUrl(state?.temporal_url);
  const keptFocus = useKeptFocus<HTMLParagraphElement>();
  return (
    <p className="run-line" {...keptFocus}>
      {operator && (
        <>
          <span>
            Signed in as <strong>{operator.name}</strong>
          </span>
          <button type="button" className="text-button" onClick={signOut}>
            Sign out
          </button>
        </>
      )}
      {!operator && state?.can_write === false && (
        <span className="soft">Read-only: OPERATIONS_TOKEN is not set on this server.</span>
      )}
      {!operator && state?.can_write && (
        <button type="button" className="text-button" onClick={() => void signIn()}>
          Sign in to make changes
        </button>
      )}
      {url && (
        <a href={url} target="_blank" rel="noreferrer">
          All workflows in Temporal
        </a>
      )}
    </p>
  );
}
