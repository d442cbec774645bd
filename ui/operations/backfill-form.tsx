import { type FormEvent, useState } from 'react';
import type { RunList } from '../../api/operations/run-routes.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { RunFacts } from './run-card.tsx';
import { useAction } from './use-action.ts';

interface BackfillFormProps {
  readonly bucket: string;
  readonly runs: RunList | undefined;
}

/** Starts a backfill: a dry run first, whose report offers the real one. */
export function BackfillForm({ bucket, runs }: BackfillFormProps) {
  const action = useAction();
  const [asked, setAsked] = useState<Record<string, unknown>>();
  const [dryRunId, setDryRunId] = useState<string>();
  const dryRun = runs?.finished.find(({ workflow_id }) => workflow_id === dryRunId);
  const isDone = dryRun?.status === 'done';
  const startDry = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readForm(new FormData(event.currentTarget));
    const { validate, ...rest } = body;
    setAsked(undefined);
    setDryRunId(undefined);
    const answer = await action.run('backfill/start', { ...rest, dry_run: true, validate });
    setAsked(rest);
    setDryRunId(answer?.workflow_id);
  };
  const forget = () => setDryRunId(undefined);
  return (
    <section className="start" aria-labelledby="start-backfill">
      <h3 id="start-backfill">Backfill</h3>
      <p className="soft">
        Brings in what is in the bucket and not here, or there with another content. What is known is not read
        again.
      </p>
      <form className="fields" onSubmit={(event) => void startDry(event)} onChange={forget}>
        <label>
          <span>Bucket</span>
          <input name="bucket" placeholder={bucket} autoComplete="off" />
        </label>
        <label>
          <span>Keys that begin with</span>
          <input name="prefix" placeholder="pub/firefox/candidates/" autoComplete="off" />
        </label>
        <label>
          <span>Only these keys, one a line</span>
          <textarea name="keys" rows={2} />
        </label>
        <label>
          <span>Objects read per second at most</span>
          <input name="rate_limit" type="number" min={0.1} step="any" placeholder="no limit" />
        </label>
        <label className="check">
          <input name="validate" type="checkbox" />
          <span>Also read what is new, to see what is invalid (slower)</span>
        </label>
        <p className="actions">
          <button type="submit" className="button primary" disabled={action.isRunning}>
            Dry run
          </button>
        </p>
      </form>
      <ActionResult {...action} />
      {dryRunId !== undefined && !dryRun && (
        <p role="status">The dry run is under way; its report comes here.</p>
      )}
      {dryRun && (
        <div className="report" role="status">
          <p>
            <strong>Report of the dry run: {dryRun.status}</strong>. Nothing was written.
          </p>
          <RunFacts run={dryRun} />
          {isDone && asked && (
            <p className="actions">
              <ConfirmButton
                label="Start the backfill"
                isPrimary
                isDisabled={action.isRunning}
                onConfirm={() => {
                  forget();
                  void action.run('backfill/start', asked);
                }}
              />
            </p>
          )}
        </div>
      )}
    </section>
  );
}

/** What was filled in; the rest is left to the API. */
function readForm(data: FormData): Record<string, unknown> {
  const text = (name: string) => String(data.get(name) ?? '').trim();
  const keys = text('keys')
    .split('\n')
    .map((key) => key.trim())
    .filter(Boolean);
  return {
    ...(text('bucket') && { bucket: text('bucket') }),
    ...(text('prefix') && { prefix: text('prefix') }),
    ...(keys.length > 0 && { keys }),
    ...(text('rate_limit') && { rate_limit: Number(text('rate_limit')) }),
    validate: data.get('validate') !== null,
  };
}
