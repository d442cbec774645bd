import { Command, InvalidArgumentError } from 'commander';
import { variables } from '../../config/variables.ts';

/** What is measured: Buildhub, and the two yardsticks beside it. */
export const subjectNames = ['buildhub', 'ceiling', 'loop'] as const;

export type SubjectName = (typeof subjectNames)[number];

export interface IngestOptions {
  /** Builds in the backlog of one round. */
  readonly builds: number;
  readonly rounds: number;
  /** Builds per second of the steady load. */
  readonly rate: number;
  /** Seconds of the steady load; 0 leaves it out. */
  readonly seconds: number;
  readonly only: readonly SubjectName[];
  /** Settings of Buildhub and of the ceiling that differ from their defaults. */
  readonly set: Readonly<Record<string, string>>;
  /** File that takes every figure. */
  readonly json?: string;
}

/** Reads the command line; prints help or what is wrong and ends the process if it cannot be run. */
export function parseOptions(argv: readonly string[]): IngestOptions {
  const whole = (min: number) => (text: string) => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < min)
      throw new InvalidArgumentError(`It must be a whole number from ${min} on.`);
    return Number(text);
  };
  return new Command('npm run bench -- ingest')
    .description(
      'How fast builds are ingested, next to two yardsticks measured in turns with it: Temporal alone (the same workflow ' +
        'with empty steps), and a plain loop that takes one message at a time. Starts all services itself.',
    )
    .option('--builds <number>', 'builds in the backlog of a round, up to 9000', whole(10), 1_000)
    .option('--rounds <number>', 'rounds; each measures every subject once', whole(1), 3)
    .option('--rate <number>', 'builds per second of the steady load', whole(1), 10)
    .option('--seconds <number>', 'duration of the steady load; 0 leaves it out', whole(0), 60)
    .option('--only <names>', `some of ${subjectNames.join(',')}`, parseNames, [...subjectNames])
    .option('--set <NAME=value>', 'a setting of docs/configuration.md, repeatable', parseSetting, {})
    .option('--json <file>', 'also write every figure into this file')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run bench -- ingest
  $ npm run bench -- ingest --builds 200 --rounds 1 --seconds 0        a quick look, about a minute
  $ npm run bench -- ingest --only buildhub,ceiling --set POLLER_MAX_IN_FLIGHT=16

docs/performance.md says what the figures mean. Run it on a machine that does nothing else.`,
    )
    .showHelpAfterError('(--help shows what there is)')
    .parse(argv, { from: 'user' })
    .opts<IngestOptions>();
}

function parseNames(text: string): SubjectName[] {
  const words = text.split(',');
  const unknown = words.filter((word) => !subjectNames.some((name) => name === word));
  if (unknown.length > 0) throw new InvalidArgumentError(`It takes ${subjectNames.join(', ')}.`);
  return subjectNames.filter((name) => words.includes(name));
}

function parseSetting(text: string, others: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined || !(name in variables))
    throw new InvalidArgumentError('It must be NAME=value, with a name from docs/configuration.md.');
  return { ...others, [name]: value };
}
