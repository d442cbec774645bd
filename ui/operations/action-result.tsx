import { safeUrl } from '../links/links.ts';
import type { ActionState } from './use-action.ts';

/** What came of an action, read out by screen readers. */
export function ActionResult({ isRunning, answer, problem }: ActionState) {
  const url = safeUrl(answer?.temporal_url);
  return (
    <p className="action-result" role="status" data-state={problem ? 'problem' : undefined}>
      {isRunning && 'One moment …'}
      {problem}
      {answer?.result}
      {url && (
        <>
          {' '}
          <a href={url} target="_blank" rel="noreferrer">
            History in Temporal
          </a>
        </>
      )}
    </p>
  );
}
