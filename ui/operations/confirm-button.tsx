import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

interface ConfirmButtonProps {
  readonly label: string;
  /** What happens, as a question; without it nothing is asked. */
  readonly question?: string | undefined;
  /** What the button says to screen readers, where its label alone would not do. */
  readonly name?: string | undefined;
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
  readonly onConfirm: () => void;
}

/** A button that asks first, in its place, where what it does cannot be taken back easily. */
export function ConfirmButton({
  label,
  question,
  name,
  isPrimary = false,
  isDisabled = false,
  onConfirm,
}: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const no = useRef<HTMLButtonElement>(null);
  const hasAsked = useRef(false);
  useEffect(() => {
    if (isAsking) no.current?.focus();
    // The buttons of the question are gone, and the focus would be with them.
    else if (hasAsked.current) button.current?.focus();
    hasAsked.current = isAsking;
  }, [isAsking]);
  const leave = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setAsking(false);
  };
  if (!isAsking) {
    return (
      <button
        ref={button}
        type="button"
        className={isPrimary ? 'button primary' : 'button'}
        disabled={isDisabled}
        aria-label={name}
        onClick={() => (question === undefined ? onConfirm() : setAsking(true))}
      >
        {label}
      </button>
    );
  }
  return (
    <span className="confirm">
      <span>{question}</span>
      <span className="answers">
        <button ref={no} type="button" className="button" onClick={() => setAsking(false)} onKeyDown={leave}>
          No
        </button>
        <button
          type="button"
          className="button primary"
          onKeyDown={leave}
          onClick={() => {
            setAsking(false);
            onConfirm();
          }}
        >
          Yes
        </button>
      </span>
    </span>
  );
}
