import type { ActionPage } from '../../api/operations/actions-route.ts';
import { formatDate } from '../format/date.ts';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { Problem } from './action.tsx';
import { SignInToSee, useOperator, usePolledAsOperator } from './operator.tsx';
import { TemporalLink } from './temporal-link.tsx';

/** Who did what, the newest first, for operators. */
export function AuditLog({ canSignIn }: { canSignIn: boolean }) {
  const { operator } = useOperator();
  const { value, problem } = usePolledAsOperator<ActionPage>('/api/operations/actions?limit=25', 10);
  const keptFocus = useKeptFocus<HTMLElement>();
  return (
    <section
      className="section"
      aria-labelledby="audit-log"
      data-stale={problem !== undefined}
      {...keptFocus}
    >
      <h2 id="audit-log">Audit log</h2>
      {!operator && <SignInToSee what="the audit log" canSignIn={canSignIn} />}
      <Problem of={problem} />
      {value?.actions.length === 0 && <p className="soft none">No action has been recorded yet.</p>}
      {value && value.actions.length > 0 && (
        <ScrollFrame label="Audit log table">
          <table className="grid action-table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Operator</th>
                <th scope="col">Action</th>
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {value.actions.map((action) => (
                <tr key={action.id}>
                  <td>{formatDate(action.at)}</td>
                  <td>
                    {action.operator}
                    <span className="soft"> {action.remote_address ?? action.via}</span>
                  </td>
                  <td>
                    {action.action}
                    <code className="soft">{parametersOf(action.parameters)}</code>
                  </td>
                  <td>
                    <span className="status" data-status={action.outcome}>
                      {action.outcome}
                    </span>{' '}
                    {action.result}{' '}
                    {action.temporal_url !== null && (
                      <TemporalLink
                        url={action.temporal_url}
                        name={`History in Temporal of action ${action.id}`}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollFrame>
      )}
    </section>
  );
}

function parametersOf(parameters: unknown): string {
  const text = JSON.stringify(parameters) ?? '';
  return text === '{}' ? '' : text;
}
