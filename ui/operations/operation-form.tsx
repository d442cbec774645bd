import { type FormEvent, useEffect, useState } from 'react';
import type { OperationDescription, OperationRun, RunList } from '../../api/operations/run-routes.ts';
import { ActionButton, ActionResult, useActions } from './action.tsx';
import { Report } from './runs.tsx';

/** The parts of JSON Schema that an operation's input uses. */
interface FieldSchema {
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
 * Operations that can show first what they would do. The form starts them that way, and offers the real run with the same
 * input next to the report.
 */
const previews = {
  dry_run: { preview: true, label: 'Dry run' },
  repair: { preview: false, label: 'Compare' },
} as const;

interface OperationFormProps {
  readonly operation: OperationDescription;
  readonly runs: RunList | undefined;
}

/** Starts an operation. The fields come from the JSON Schema of its input. */
export function OperationForm({ operation: { name, title, description, input }, runs }: OperationFormProps) {
  const actions = useActions();
  const { preview, report, keep, forget } = usePreview(name, runs);
  const fields = Object.entries((input as { properties?: Record<string, FieldSchema> }).properties ?? {});
  const flag = (Object.keys(previews) as (keyof typeof previews)[]).find((key) =>
    fields.some(([field]) => field === key),
  );
  const start = (body: Input) => actions.run(`${name}/start`, body);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readForm(new FormData(event.currentTarget), fields);
    if (flag === undefined) return void (await start(body));
    forget();
    const response = await start({ ...body, [flag]: previews[flag].preview });
    if (response?.workflow_id) keep({ workflowId: response.workflow_id, body });
  };
  const id = `start-${name}`;
  return (
    <section className="start" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <p className="soft">{description}</p>
      <form className="fields" onSubmit={(event) => void submit(event)} onChange={forget}>
        {fields
          .filter(([field]) => field !== flag)
          .map(([field, schema]) => (
            <Field key={field} name={field} schema={schema} />
          ))}
        <p className="actions">
          <button type="submit" className="button primary" disabled={actions.isRunning}>
            {flag ? previews[flag].label : `Start ${inSentence(title)}`}
          </button>
        </p>
      </form>
      <ActionResult of={actions} />
      {preview && !report && <p role="status">Running; its report will be shown here.</p>}
      {preview && report && flag && (
        <div className="report" role="status">
          <p>
            <strong>
              Report ({previews[flag].label.toLowerCase()}): {report.status}
            </strong>
            . Nothing was changed.
          </p>
          <Report run={report} />
          {report.status === 'done' && (
            <p className="actions">
              <ActionButton
                actions={actions}
                label={flag === 'repair' ? 'Repair differences' : `Start ${inSentence(title)}`}
                question={flag === 'repair' ? 'Repair differences?' : undefined}
                style="primary"
                onConfirm={() => {
                  forget();
                  // A real run always validates.
                  const { validate: _, ...body } = preview.body;
                  void start({ ...body, [flag]: !previews[flag].preview });
                }}
              />
            </p>
          )}
        </div>
      )}
    </section>
  );
}

interface Preview {
  readonly workflowId: string;
  /** The input that was filled in, without the flag. */
  readonly body: Input;
}

/** The last preview of an operation and its report, which survive a reload of the tab. */
function usePreview(name: string, runs: RunList | undefined) {
  const key = `buildhub.preview.${name}`;
  const [preview, setPreview] = useState<Preview | undefined>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  });
  const [report, setReport] = useState<OperationRun>();
  useEffect(() => {
    const found = runs?.finished.find(({ workflow_id }) => workflow_id === preview?.workflowId);
    // An operation that runs one at a time has the same id each time: a running one is not the report yet.
    const isRunning = runs?.running.some(({ workflow_id }) => workflow_id === preview?.workflowId);
    if (found && !isRunning) setReport(found);
  }, [runs, preview]);
  const store = (next: Preview | undefined) => {
    setPreview(next);
    setReport(undefined);
    try {
      if (next) sessionStorage.setItem(key, JSON.stringify(next));
      else sessionStorage.removeItem(key);
    } catch {
      // Storage is forbidden; the preview is known until the page is loaded again.
    }
  };
  return { preview, report, keep: store, forget: () => preview && store(undefined) };
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
      <label className="select">
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

/** What was filled in; empty fields keep the API's defaults. */
export function readForm(data: FormData, fields: readonly (readonly [string, FieldSchema])[]): Input {
  const entries = fields.flatMap(([name, { type, enum: choices }]): [string, unknown][] => {
    if (type === 'boolean') return [[name, data.get(name) !== null]];
    const text = String(data.get(name) ?? '').trim();
    if (text === '') return [];
    if (type === 'number' || type === 'integer') return [[name, Number(text)]];
    if (type === 'array' && !choices)
      return [
        [
          name,
          text
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean),
        ],
      ];
    return [[name, text]];
  });
  return Object.fromEntries(entries);
}

/** `Import from Buildhub2` is `import from Buildhub2`. */
function inSentence(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/** `dry_run` is `Dry run`. */
function inWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
