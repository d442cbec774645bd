import { useEffect } from 'react';
import type { RunList } from '../../api/operations/run-routes.ts';
import type { OperationsState } from '../../api/operations/state-route.ts';
import { safeUrl } from '../links/links.ts';
import { PageFooter } from '../page/page-footer.tsx';
import { TopBar } from '../page/top-bar.tsx';
import { ActionsSection } from './actions-section.tsx';
import { BackfillForm } from './backfill-form.tsx';
import { FailuresSection } from './failures-section.tsx';
import { ImportPanel } from './import-panel.tsx';
import { OperatorProvider, useOperating } from './operator-context.tsx';
import { RatePlot } from './rate-plot.tsx';
import { ReconcilePanel } from './reconcile-panel.tsx';
import { ReindexPanel } from './reindex-panel.tsx';
import { EndedSection, RunningSection } from './runs-section.tsx';
import { StateTiles } from './state-tiles.tsx';
import { usePolled } from './use-polled.ts';
import './operations.css';

/** The page for those who run Buildhub: what state it is in, what failed, what runs, and what can be done. */
export function OperationsPage() {
  useEffect(() => {
    document.title = 'Operations – Buildhub';
  }, []);
  const state = usePolled<OperationsState>('/api/operations/state', 4);
  const runs = usePolled<RunList>('/api/operations/runs?limit=30', 3);
  return (
    <OperatorProvider>
      <a className="skip-link" href="#failures">
        Skip to the failures
      </a>
      <TopBar>
        <nav className="page-nav" aria-label="On this page">
          <a href="#failures">Failures</a>
          <a href="#running">Running</a>
          <a href="#start">Start</a>
          <a href="#actions">Actions</a>
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
            {service} does not answer: {problem}
          </p>
        ))}
        {state.value && <StateTiles state={state.value} />}
        <RatePlot />
        <FailuresSection />
        <RunningSection runs={runs} />
        <section className="section" aria-labelledby="start">
          <h2 id="start">Start something</h2>
          <div className="starts">
            <BackfillForm bucket={state.value?.bucket ?? ''} runs={runs.value} />
            <div className="start-column">
              <ReindexPanel />
              <ImportPanel />
            </div>
            <ReconcilePanel />
          </div>
        </section>
        <EndedSection runs={runs} />
        <ActionsSection />
      </main>
      <PageFooter />
    </OperatorProvider>
  );
}

/** Who operates, and where the rest is. */
function OperatorLine({ state }: { state: OperationsState | undefined }) {
  const { operator, signIn, signOut } = useOperating();
  const url = safeUrl(state?.temporal_url);
  return (
    <p className="run-line">
      {operator ? (
        <>
          <span>
            You are <strong>{operator.who}</strong>
          </span>
          <button type="button" className="text-button" onClick={signOut}>
            Forget me
          </button>
        </>
      ) : state?.can_write === false ? (
        <span className="soft">Only for looking: no OPERATIONS_TOKEN is set at this server.</span>
      ) : (
        <>
          <span className="soft">You can look at everything.</span>
          <button type="button" className="text-button" onClick={() => void signIn()}>
            Enter the token to change something
          </button>
        </>
      )}
      {url && (
        <a href={url} target="_blank" rel="noreferrer">
          All workflows in Temporal
        </a>
      )}
    </p>
  );
}
