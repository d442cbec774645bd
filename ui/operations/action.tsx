import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useExpiring } from '../parts/use-expiring.ts';
import { useOperator } from './operator.tsx';

/** Milliseconds after which a problem may no longer be one. */
const problemTime = 60_000;

/** Actions of one place on the page: they run one at a time, and why the last one failed is shown there. */
export function useActions() {
  const { act } = useOperator();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useExpiring<string>(problemTime);
  /**
   * Posts to `/api/operations/{path}`. False if the action failed or was not confirmed by signing in, or if another one is
   * running: a disabled button would lose the focus, so buttons are only marked as disabled.
   */
  const run = async (path: string, body: object) => {
    if (isRunning) return false;
    setRunning(true);
    setProblem(undefined);
    try {
      return await act(path, body);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { isRunning, problem, run };
}

type Actions = ReturnType<typeof useActions>;

/** Whether an action is running, or why the last one failed. Results are shown by the page, and by the toast. */
export function ActionState({ of: { isRunning, problem } }: { of: Actions }) {
  return (
    <>
      {isRunning && <p role="status">Working…</p>}
      <Problem of={problem} />
    </>
  );
}

/** What is wrong, if anything is. */
export function Problem({ of: problem }: { of: string | undefined }) {
  if (problem === undefined) return null;
  return (
    <p className="problem" role="alert">
      {problem}
    </p>
  );
}

interface ActionButtonProps {
  readonly actions: Actions;
  readonly label: string;
  /** Accessible name, if the label alone is ambiguous. */
  readonly name?: string;
  /** Asked before the action; without it the action starts at once. */
  readonly question?: string | undefined;
  readonly style?: 'primary' | 'danger' | undefined;
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
        aria-disabled={actions.isRunning}
        aria-label={name}
        onClick={() => (question === undefined ? onConfirm() : setAsking(!actions.isRunning))}
      >
        {label}
      </button>
    );
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setAsking(false);
  };
  const confirm = () => {
    // The button has the focus again before a sign-in opens, which returns it.
    flushSync(() => setAsking(false));
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
