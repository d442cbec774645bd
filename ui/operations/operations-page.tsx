import { useEffect } from 'react';
import type { OperationList, RunList } from '../../api/operations/run-routes.ts';
import type { OperationsState } from '../../api/operations/state-route.ts';
import { safeUrl } from '../links/links.ts';
import { PageFooter } from '../page/page-footer.tsx';
import { TopBar } from '../page/top-bar.tsx';
import { AuditLog } from './audit-log.tsx';
import { FailuresSection } from './failures.tsx';
import { Indexes } from './indexes.tsx';
import { OperationForm } from './operation-form.tsx';
import { OperatorProvider, useOperator } from './operator.tsx';
import { RatePlot } from './rate-plot.tsx';
import { ReconcileSchedule } from './reconcile-schedule.tsx';
import { FinishedSection, RunningSection } from './runs.tsx';
import { StateTiles } from './state-tiles.tsx';
import { usePolled } from './use-polled.ts';
import './operations.css';

/** Operations that are started next to what they work on, and need no form. */
const withoutForm = ['roll-back', 'drop-indexes', 'retry'];

/** The page for operators: state, running operations, failures, what can be started, and what was done. */
export function OperationsPage() {
  useEffect(() => {
    document.title = 'Operations – Buildhub';
  }, []);
  const state = usePolled<OperationsState>('/api/operations/state', 4);
  const runs = usePolled<RunList>('/api/operations/runs?limit=30', 3);
  const operations = usePolled<OperationList>('/api/operations', 3_600);
  return (
    <OperatorProvider>
      <a className="skip-link" href="#failures">
        Skip to the failures
      </a>
      <TopBar>
        <nav className="page-nav" aria-label="On this page">
          <a href="#running">Running</a>
          <a href="#failures">Failures</a>
          <a href="#start">Start</a>
          <a href="#finished">Finished</a>
          <a href="#audit-log">Audit log</a>
        </nav>
      </TopBar>
      <main className="operations-page">
        <header className="operations-head">
          <h1>Operations</h1>
          <OperatorLine state={state.value} />
        </header>
        {state.problem !== undefined && <p role="alert">{state.problem}</p>}
        {state.value?.problems.map(({ service, problem }) => (
          <p key={service} className="problem" role="alert">
            {service} is unavailable: {problem}
          </p>
        ))}
        {state.value && <StateTiles state={state.value} isStale={state.problem !== undefined} />}
        <RatePlot />
        <RunningSection runs={runs} />
        <FailuresSection />
        <section className="section" aria-labelledby="start">
          <h2 id="start">Start an operation</h2>
          <div className="starts">
            {operations.value?.operations
              .filter(({ name }) => !withoutForm.includes(name))
              .map((operation) => (
                <OperationForm key={operation.name} operation={operation} runs={runs.value} />
              ))}
            <Indexes />
            <ReconcileSchedule />
          </div>
        </section>
        <FinishedSection runs={runs} />
        <AuditLog />
      </main>
      <PageFooter />
    </OperatorProvider>
  );
}

/** Who is signed in, and the way to Temporal. */
function OperatorLine({ state }: { state: OperationsState | undefined }) {
  const { operator, signIn, signOut } = useOperator();
  const url = safeUrl(state?.temporal_url);
  return (
    <p className="run-line">
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
