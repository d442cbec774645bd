import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { safeUrl } from '../links/links.ts';
import { type ActionResponse, useOperator } from './operator.tsx';

/** Actions of one place on the page: they run one at a time, and the last result is shown there. */
export interface Actions {
  readonly isRunning: boolean;
  readonly response: ActionResponse | undefined;
  readonly problem: string | undefined;
  /** Posts to `/api/operations/{path}`. Undefined if the action failed; `problem` says why. */
  run(path: string, body: object): Promise<ActionResponse | undefined>;
}

const idle = { isRunning: false, response: undefined, problem: undefined };

export function useActions(): Actions {
  const { act } = useOperator();
  const [state, setState] = useState<Omit<Actions, 'run'>>(idle);
  const run = async (path: string, body: object) => {
    setState({ ...idle, isRunning: true });
    try {
      const response = await act(path, body);
      setState({ ...idle, response });
      return response;
    } catch (error) {
      setState({ ...idle, problem: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  return { ...state, run };
}

/** The result of the last action, announced by screen readers. */
export function ActionResult({ of: { isRunning, response, problem } }: { of: Actions }) {
  return (
    <p className="action-result" role="status" data-state={problem ? 'problem' : undefined}>
      {isRunning && 'Working…'}
      {problem}
      {response?.result} {response?.temporal_url && <TemporalLink url={response.temporal_url} />}
    </p>
  );
}

/** The history of a workflow in the Temporal UI. */
export function TemporalLink({ url, name }: { url: string; name?: string }) {
  const address = safeUrl(url);
  if (address === undefined) return null;
  return (
    <a href={address} target="_blank" rel="noreferrer" aria-label={name}>
      History in Temporal
    </a>
  );
}

interface ActionButtonProps {
  readonly actions: Actions;
  readonly label: string;
  /** Accessible name, if the label alone is ambiguous. */
  readonly name?: string;
  /** Asked before the action; without it the action starts at once. */
  readonly question?: string | undefined;
  readonly style?: 'primary' | 'danger';
  readonly onConfirm: () => void;
}

/** A button that starts an action, and asks in its place first if the action cannot be undone easily. */
export function ActionButton({ actions, label, name, question, style, onConfirm }: ActionButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const hasAsked = useRef(false);
  useEffect(() => {
    if (isAsking) cancel.current?.focus();
    // The buttons of the question are gone, and the focus with them.
    else if (hasAsked.current) button.current?.focus();
    hasAsked.current = isAsking;
  }, [isAsking]);
  const className = style ? `button ${style}` : 'button';
  if (!isAsking) {
    return (
      <button
        ref={button}
        type="button"
        className={className}
        disabled={actions.isRunning}
        aria-label={name}
        onClick={() => (question === undefined ? onConfirm() : setAsking(true))}
      >
        {label}
      </button>
    );
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setAsking(false);
  };
  const confirm = () => {
    setAsking(false);
    onConfirm();
  };
  return (
    <fieldset className="confirm" onKeyDown={onKeyDown}>
      <legend className="visually-hidden">{label}</legend>
      <span>{question}</span>
      <button ref={cancel} type="button" className="button" onClick={() => setAsking(false)}>
        Cancel
      </button>
      <button type="button" className={className} onClick={confirm}>
        {label}
      </button>
    </fieldset>
  );
}
