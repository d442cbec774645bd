import { type FormEvent, useState } from 'react';
import type { OperationRun } from '../../api/operations/run-routes.ts';

interface LimitFormProps {
  readonly run: OperationRun;
  readonly isDisabled: boolean;
  /** Told the new limit; null for none. */
  readonly onChange: (perSecond: number | null) => void;
}

/** The pace of an operation that runs, to be changed; an empty field is no limit. */
export function LimitForm({ run: { title, progress }, isDisabled, onChange }: LimitFormProps) {
  const current = progress?.rate_limit == null ? '' : String(progress.rate_limit);
  const [typed, setTyped] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = (typed ?? current).trim();
    onChange(text === '' ? null : Number(text));
    // From now on it shows what the run says.
    setTyped(undefined);
  };
  const isChanged = typed !== undefined && typed.trim() !== current;
  return (
    <form className="limit" aria-label={`Limit of ${title}`} onSubmit={submit}>
      <label>
        <span className="soft">Rate limit, {progress?.unit ?? 'units'} per second</span>
        <input
          type="number"
          min={0.1}
          step="any"
          placeholder="no limit"
          value={typed ?? current}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={isDisabled || !isChanged}>
        Change
      </button>
    </form>
  );
}
