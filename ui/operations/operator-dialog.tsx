import { type FormEvent, type Ref, useId } from 'react';
import { CloseIcon } from '../parts/icons.tsx';
import type { Operator } from './operator-store.ts';

interface OperatorDialogProps {
  readonly ref: Ref<HTMLDialogElement>;
  /** Why it is asked once more. */
  readonly problem: string | undefined;
  readonly onAnswer: (operator: Operator | undefined) => void;
}

/** Asks once for what every action needs. */
export function OperatorDialog({ ref, problem, onAnswer }: OperatorDialogProps) {
  const title = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const who = String(data.get('who') ?? '').trim();
    const token = String(data.get('token') ?? '').trim();
    if (who === '' || token === '') return;
    form.reset();
    onAnswer({ who, token });
    form.closest('dialog')?.close();
  };
  return (
    <dialog
      ref={ref}
      className="dialog sign-in"
      aria-labelledby={title}
      // Escape and the cross end it without an answer; after an answer this changes nothing.
      onClose={() => onAnswer(undefined)}
    >
      <div className="dialog-head">
        <h2 id={title}>Who are you?</h2>
        <form method="dialog">
          <button type="submit" className="icon-button" aria-label="Close">
            <CloseIcon />
          </button>
        </form>
      </div>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <p className="soft">
        To change anything takes the operations token of this Buildhub (OPERATIONS_TOKEN). Your name goes into
        the record of actions. Both are forgotten when this tab is closed.
      </p>
      <form className="fields" onSubmit={submit}>
        <label>
          <span>Your name</span>
          <input name="who" required maxLength={100} autoComplete="username" />
        </label>
        <label>
          <span>Token</span>
          <input name="token" type="password" required autoComplete="off" />
        </label>
        <p className="actions">
          <button type="submit" className="button primary">
            Go on
          </button>
        </p>
      </form>
    </dialog>
  );
}
