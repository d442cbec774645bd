import type { FormEvent } from 'react';
import type { OperationDescription, OperationRun, RunList } from '../../api/operations/run-routes.ts';
import { formatDate } from '../format/date.ts';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { ActionState, useActions } from './action.tsx';
import { Report, RunForReal } from './runs.tsx';
import type { Polled } from './use-polled.ts';

/** The parts of JSON Schema that the input of an operation uses. */
export interface FieldSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

type Input = Readonly<Record<string, unknown>>;

/**
 * Operations that can show first what they would do. The form starts them that way; the report offers the real run with
 * the same input.
 */
const previews = {
  dry_run: { value: true, label: 'Dry run' },
  repair: { value: false, label: 'Compare' },
} as const;

/** What only the report of a refused repair offers, as the destructive choice that it is. */
const hidden = ['allow_mass_deletion'];

interface OperationFormProps {
  readonly operation: OperationDescription;
  readonly runs: Polled<RunList>;
}

/** Starts an operation. The fields come from the JSON Schema of its input. */
export function OperationForm({ operation: { name, title, description, input }, runs }: OperationFormProps) {
  const actions = useActions();
  const { properties = {} } = input as { properties?: Record<string, FieldSchema> };
  const flag = (Object.keys(previews) as (keyof typeof previews)[]).find((key) => key in properties);
  const fields = Object.entries(properties).filter(([field]) => field !== flag && !hidden.includes(field));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readForm(new FormData(event.currentTarget), fields);
    void actions.run(`${name}/start`, flag ? { ...body, [flag]: previews[flag].value } : body);
  };
  const label = flag ? previews[flag].label : `Start ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  const preview = flag && latestPreview(name, runs.value);
  const id = `start-${name}`;
  const keptFocus = useKeptFocus<HTMLElement>();
  return (
    <section className="start" aria-labelledby={id} {...keptFocus}>
      <h3 id={id}>{title}</h3>
      <p className="soft">{description}</p>
      <form className="fields" onSubmit={submit}>
        {fields.map(([field, schema]) => (
          <Field key={field} name={field} schema={schema} />
        ))}
        <p className="actions">
          <button type="submit" className="button primary" aria-disabled={actions.isRunning}>
            {label}
          </button>
        </p>
      </form>
      <ActionState of={actions} />
      {preview && (
        <div className="report" role="status" data-stale={runs.problem !== undefined}>
          <p>
            <strong>
              Report ({preview.progress?.dry_run ? label.toLowerCase() : 'repair'}): {preview.status}
            </strong>
            {isOver(preview) ? '. Nothing was changed.' : '; it will be shown here.'}
          </p>
          <p className="soft">
            {preview.title}, started {formatDate(preview.started_at)}
          </p>
          {isOver(preview) && <Report run={preview} />}
          <RunForReal run={preview} />
        </div>
      )}
    </section>
  );
}

/** Milliseconds for which a report is shown beside its form; later it is found under "Finished", with nothing to start. */
const reportTime = 3_600_000;

/**
 * The last run of an operation, if it is a preview that is running or has finished within the last hour, or a repair that
 * was refused in this time.
 */
function latestPreview(name: string, runs: RunList | undefined): OperationRun | undefined {
  const latest = [...(runs?.running ?? []), ...(runs?.finished ?? [])].find((run) => run.name === name);
  const endedAt = latest?.finished_at == null ? Date.now() : Date.parse(latest.finished_at);
  const { dry_run: isDryRun, repair } = latest?.progress ?? {};
  return (isDryRun || repair) && Date.now() - endedAt < reportTime ? latest : undefined;
}

function isOver({ finished_at: finishedAt }: OperationRun): boolean {
  return finishedAt !== null;
}

interface FieldProps {
  readonly name: string;
  readonly schema: FieldSchema;
  /** Shown instead of the schema's default. */
  readonly initial?: unknown;
}

/** A form field for one member of the input, with its description. */
export function Field({ name, schema, initial }: FieldProps) {
  const { type, title, description, enum: choices, minimum, maximum } = schema;
  const value = initial ?? schema.default;
  const label = title ?? inWords(name);
  const hint = description && <small className="soft">{description}</small>;
  if (type === 'boolean')
    return (
      <label className="check">
        <input name={name} type="checkbox" defaultChecked={value === true} />
        <span>
          {label} {hint}
        </span>
      </label>
    );
  if (choices)
    return (
      <label>
        <span>{label}</span>
        <select name={name} defaultValue={String(value ?? choices[0])}>
          {choices.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
        {hint}
      </label>
    );
  if (type === 'array')
    return (
      <label>
        <span>{label}, one per line</span>
        <textarea name={name} rows={2} />
        {hint}
      </label>
    );
  const number = { type: 'number', step: type === 'integer' ? 1 : 'any', min: minimum ?? 0, max: maximum };
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        placeholder={value === undefined ? '' : String(value)}
        autoComplete="off"
        {...(type === 'number' || type === 'integer' ? number : {})}
      />
      {hint}
    </label>
  );
}

/** What was typed; empty fields keep the API's defaults. */
export function readForm(data: FormData, fields: readonly (readonly [string, FieldSchema])[]): Input {
  const entries = fields.flatMap(([name, { type, enum: choices }]): [string, unknown][] => {
    if (type === 'boolean') return [[name, data.get(name) !== null]];
    const text = String(data.get(name) ?? '').trim();
    if (text === '') return [];
    if (type === 'number' || type === 'integer') return [[name, Number(text)]];
    if (type === 'array' && !choices) return [[name, text.split(/\s*\n\s*/)]];
    return [[name, text]];
  });
  return Object.fromEntries(entries);
}

/** `dry_run` is `Dry run`. */
function inWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
