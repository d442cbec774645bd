import { type Spread, spreadOf } from '../measure/spread.ts';
import { formatTable } from '../measure/table.ts';
import type { BacklogResult } from './measure-backlog.ts';
import type { Latency, SteadyResult } from './measure-steady.ts';
import { type SubjectName, subjectNames } from './options.ts';
import { subjects } from './subjects.ts';

/** What was measured; a round holds each subject once. */
export interface Measurements {
  readonly rounds: readonly (readonly BacklogResult[])[];
  readonly steady: readonly SteadyResult[];
}

/** Each figure as the table shows it, from all rounds. */
export interface Summary {
  readonly name: string;
  readonly digits: number;
  readonly bySubject: Partial<Record<SubjectName, Spread>>;
  /** Buildhub's figure divided by the other's of the same round. */
  readonly ratios: Partial<Record<Exclude<SubjectName, 'buildhub'>, Spread>>;
}

/** Services in the order in which the table shows them. */
const services = ['Temporal', 'Elasticsearch', 'PostgreSQL', 'S3', 'SQS'] as const;

type Figure = (result: BacklogResult) => number | undefined;

/** Every row of the table. */
export function summarise({ rounds, steady }: Measurements): Summary[] {
  const row = (name: string, figure: Figure): Summary => ({
    name,
    digits: 1,
    bySubject: collect(subjectNames, (subject) =>
      rounds.flatMap((round) => figureOf(round, subject, figure)),
    ),
    ratios: {},
  });
  const compared = (name: string, figure: Figure): Summary => ({
    ...row(name, figure),
    ratios: collect(['ceiling', 'loop'] as const, (other) =>
      rounds.flatMap((round) => {
        const [ours] = figureOf(round, 'buildhub', figure);
        const [theirs] = figureOf(round, other, figure);
        return ours === undefined || !theirs ? [] : [ours / theirs];
      }),
    ),
  });
  const latency = (name: string, figure: (result: SteadyResult) => number | undefined): Summary => ({
    name,
    digits: 0,
    bySubject: collect(subjectNames, (subject) =>
      steady.filter((result) => result.subject === subject).flatMap((result) => figure(result) ?? []),
    ),
    ratios: {},
  });
  const cpu =
    (...names: string[]): Figure =>
    (result) => {
      const times = names.flatMap((name) => result.cpu[name] ?? []);
      return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0);
    };
  const own: Figure = (result) => result.cpu[subjects[result.subject].title];
  const ours: Figure = (result) => {
    const [all, process] = [cpu(...services)(result), own(result)];
    return all === undefined || process === undefined ? undefined : all + process;
  };
  const others: Figure = (result) => {
    const [all, known] = [result.cpu['whole machine'], ours(result)];
    return all === undefined || known === undefined ? undefined : all - known;
  };
  const both = (name: string, of: (result: SteadyResult) => Latency | undefined) =>
    (['p50', 'p99'] as const).map((part) => latency(`${name}, ${part}, ms`, (result) => of(result)?.[part]));
  return [
    compared('backlog: messages/s', (result) => result.messagesPerSecond),
    compared('  half searchable after, s', (result) => result.searchableAfter?.p50),
    compared('  99% searchable after, s', (result) => result.searchableAfter?.p99),
    compared('  CPU ms per message', ours),
    compared('    its own process', own),
    ...services.map((service) => row(`    ${service}`, cpu(service))),
    row('  CPU ms of all else here', others),
    ...both('steady: put to indexed', (result) => result.indexed),
    ...both('steady: put to searchable', (result) => result.searchable),
  ];
}

/** The table for people: smallest, middle and largest figure of all rounds in each cell. */
export function formatSummary(rows: readonly Summary[]): string {
  const cell = (spread: Spread | undefined, digits: number) => {
    if (!spread) return '';
    const { min, median, max } = spread;
    const texts = [min, median, max].map((figure) => figure.toFixed(digits));
    return min === max ? (texts[1] ?? '') : texts.join(' – ');
  };
  return formatTable([
    ['', ...subjectNames.map((name) => subjects[name].title), 'Buildhub / Temporal', 'Buildhub / loop'],
    ...rows.map(({ name, digits, bySubject, ratios }) => [
      name,
      ...subjectNames.map((subject) => cell(bySubject[subject], digits)),
      cell(ratios.ceiling, 2),
      cell(ratios.loop, 2),
    ]),
  ]);
}

/** Where the CPU time of a subject's own process went, by thread, in the middle of all rounds. */
export function formatThreads({ rounds }: Measurements, subject: SubjectName): string {
  const results = rounds.flat().filter((result) => result.subject === subject);
  const names = [...new Set(results.flatMap(({ threads }) => Object.keys(threads)))];
  return names
    .map((name) => ({ name, time: spreadOf(results.map(({ threads }) => threads[name] ?? 0))?.median ?? 0 }))
    .filter(({ time }) => time >= 0.05)
    .sort((a, b) => b.time - a.time)
    .map(({ name, time }) => `${name} ${time.toFixed(1)}`)
    .join(', ');
}

function figureOf(round: readonly BacklogResult[], subject: SubjectName, figure: Figure): number[] {
  const result = round.find((candidate) => candidate.subject === subject);
  const value = result && figure(result);
  return value === undefined ? [] : [value];
}

function collect<Name extends string>(
  names: readonly Name[],
  figures: (name: Name) => number[],
): Partial<Record<Name, Spread>> {
  const spreads = names.flatMap((name) => {
    const spread = spreadOf(figures(name));
    return spread ? [[name, spread]] : [];
  });
  return Object.fromEntries(spreads) as Partial<Record<Name, Spread>>;
}
