import type { Run } from '../operations/runs.ts';

export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Prints a value as JSON on one line, with members in snake case as the API has them. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_, member: unknown) => snakeCase(member)));
}

/** `{ messageId: 1 }` as `{ message_id: 1 }`. */
function snakeCase(value: unknown): unknown {
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, member]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      member,
    ]),
  );
}

export function printLines(values: readonly unknown[]): void {
  for (const value of values) printJson(value);
}

/**
 * Characters that control a terminal or change the direction of text. Keys, reasons and messages come from others.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text with controls written as in JSON, so that JSON stays what it was. */
export function printable(text: string): string {
  return text.replaceAll(controls, escaped);
}

/** The same on one line: a name with line feeds must not look like several lines of output. */
export function inline(text: string): string {
  return printable(text).replaceAll(/[\n\t]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `1,234`, and below ten with up to one decimal, as `0.5`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** Seconds as `45 s`, `12 min` or `3 h 05 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A moment as `2026-11-28 10:46 UTC`. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Rows under a heading, each column as wide as it has to be; numbers are aligned to the right. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [heading, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : inline(cell))),
  );
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const format = (cell: string, column: number, value: unknown) => {
    const width = widths[column] ?? 0;
    if (typeof value === 'number') return cell.padStart(width);
    return column === heading.length - 1 ? cell : cell.padEnd(width);
  };
  return cells
    .map((row, at) => row.map((cell, column) => format(cell, column, rows[at - 1]?.[column])))
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

export function progressLine({ status, progress }: Run): string {
  if (!progress) return status === 'waiting' ? 'waiting for a worker' : status;
  const { phase, dryRun, unit, done, total, rate, rateLimit, secondsLeft } = progress;
  const parts = [
    `${formatNumber(done)}${total === undefined ? '' : ` of ${formatNumber(total)}`} ${unit}`,
    `${formatNumber(rate)}/s${rateLimit ? ` (up to ${formatNumber(rateLimit)}/s)` : ''}`,
    ...(secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left`]),
  ];
  const stale = status === 'waiting' ? 'no worker is polling; last: ' : '';
  return `${progressBar(total ? done / total : undefined)}${stale}${phase}${dryRun ? ' (dry run)' : ''}: ${parts.join(', ')}`;
}

/** What a run reports, for people: its facts, and what is wrong. */
export function describeRun({ workflowId, title, status, progress, requestedBy }: Run): string {
  const by = requestedBy === undefined ? '' : `, by ${requestedBy}`;
  const heading = `${inline(title)}\n  ${inline(workflowId)}${inline(by)}: ${status}`;
  if (!progress) return heading;
  const { dryRun, seconds, done, unit, facts, problem } = progress;
  const width = Math.max(...facts.map(({ label }) => label.length));
  return [
    `${heading}${dryRun ? ' (dry run: nothing was written)' : ''} after ${formatSeconds(seconds)}, ${formatNumber(done)} ${unit}`,
    ...facts.map(({ label, value }) => {
      const text = typeof value === 'number' ? formatNumber(value).padStart(12) : value;
      return `  ${label.padEnd(width)}  ${text.replaceAll('\n', '\n    ')}`;
    }),
    ...(problem === undefined ? [] : [`  ${problem.replaceAll('\n', '\n    ')}`]),
  ].join('\n');
}

/** `[########------------]  40.0%`; nothing if the share is unknown. */
function progressBar(share: number | undefined, width = 20): string {
  if (share === undefined) return '';
  const shown = Math.min(1, Math.max(0, share));
  const filled = Math.round(shown * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${(shown * 100).toFixed(1).padStart(5)}% `;
}

/** Milliseconds between two lines if there is no terminal, and between two updates of one. */
const intervals = { plain: 5_000, terminal: 100 };

/** One line about something under way, on standard error, so that standard output has the result alone. */
export function createLiveLine() {
  const output = process.stderr;
  let shown = output.isTTY ? 0 : Date.now();
  const write = (text: string, isEnd: boolean) => {
    if (!output.isTTY) return void output.write(`${inline(text)}\n`);
    const room = (output.columns ?? 80) - 1;
    output.write(`\r\x1b[K${inline(text).slice(0, isEnd ? undefined : room)}${isEnd ? '\n' : ''}`);
  };
  return {
    /** Replaces the line on a terminal; elsewhere, such as in the log of a CI job, writes a line every five seconds. */
    show(text: string) {
      if (Date.now() - shown < (output.isTTY ? intervals.terminal : intervals.plain)) return;
      shown = Date.now();
      write(text, false);
    },
    /** Shows the text and ends the line. */
    end: (text: string) => write(text, true),
  };
}

/** Progress of something countable, with its rate. */
export function reportProgress(title: string, total: number) {
  const line = createLiveLine();
  const began = Date.now();
  let last = 0;
  const text = () => {
    const seconds = (Date.now() - began) / 1_000;
    const rate = seconds > 0 ? Math.round(last / seconds) : 0;
    return `${title}: ${last} of ${total} (${rate}/s, ${seconds.toFixed(0)} s)`;
  };
  return {
    update(done: number) {
      last = done;
      line.show(text());
    },
    end: () => line.end(text()),
  };
}
