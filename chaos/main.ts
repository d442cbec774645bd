import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { defaultFolders } from '../stack/paths.ts';
import { kinds } from './check.ts';
import { runMutants } from './mutants.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

const journal = join(defaultFolders().stateDir, 'chaos', 'journal.log');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () =>
    stop.abort(new Error('Interrupted; everything that was started has been stopped.')),
  );

const program = new Command('npm run chaos --')
  .description(
    'Breaks a running Buildhub at random while builds arrive, operations run and searches read everything, then checks ' +
      'that nothing is lost, doubled or wrong. Starts everything it needs. Exit code 1 if something is.',
  )
  .option('--faults <number>', 'faults', parseCount, 200)
  .option('--builds <number>', 'different builds, up to 6000', parseCount, 5_000)
  .option('--seed <number>', 'the same seed gives the same faults and the same load', parseCount, 1)
  .option('--shortest <seconds>', 'seconds that the shortest fault lasts', parseCount, 1)
  .option('--longest <seconds>', 'seconds that the longest fault lasts', parseCount, 20)
  .option('--silent <percentage>', 'objects of which no event comes, for a backfill to find', parseCount, 5)
  .option('--only <names...>', 'only faults with a name that begins so, such as "edge postgres"')
  .option('--operations <names...>', 'only these operations, such as backfill')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run chaos                                             200 faults, about a quarter of an hour
  $ npm run chaos -- --faults 20 --builds 300 --seed 7        a quick look
  $ npm run chaos -- --only "service postgres" "edge postgres"
  $ npm run chaos -- mutants                                  shows that the checks find what they are made for`,
  )
  .action(async (options: Omit<RunOptions, 'seed'> & { seed: number }) => {
    const result = await run(options, note, log, stop.signal);
    report(result);
    if (result.violations.length > 0) process.exitCode = 1;
  });
program
  .command('mutants')
  .description('applies each patch of chaos/mutants to a copy of the source, and runs until it is caught')
  .argument('[names...]', 'only these')
  .action(async (names: string[]) => {
    if (!(await runMutants(names, note, stop.signal))) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 1;
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
// Connections that a fault has left half open would keep the process.
process.exit();

function report({ options, violations, ...result }: RunResult): void {
  const count = (kind: string) => violations.filter((violation) => violation.kind === kind).length;
  const rows: [string, string | number][] = [
    ['seed', options.seed],
    ['faults', result.faults],
    ['builds', options.builds],
    ['operations', result.operations],
    ['searches', result.searches],
    ['requests to the API', result.requests],
    ['processes that crashed', result.crashes],
    ['seconds', result.seconds],
    ...kinds.map((kind): [string, number] => [kind, count(kind)]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  note('');
  for (const [label, value] of rows) note(`${label.padEnd(width)}  ${value}`);
  for (const kind of kinds) {
    const found = violations.filter((violation) => violation.kind === kind);
    for (const { what } of found.slice(0, 5)) note(`${kind}: ${what}`);
    for (const { what } of found.slice(5)) log(`${kind}: ${what}`);
    if (found.length > 5) note(`${kind}: ... and ${found.length - 5} more in ${journal}`);
  }
  if (violations.length > 0) note(`\nRepeat it with: npm run chaos -- ${commandLine(options)}`);
}

function commandLine({ only, operations, ...options }: RunOptions): string {
  return [
    ...Object.entries(options).map(([name, value]) => `--${name} ${value}`),
    ...(only ? ['--only', ...only.map((name) => `"${name}"`)] : []),
    ...(operations ? ['--operations', ...operations] : []),
  ].join(' ');
}

function note(line: string): void {
  process.stdout.write(`${line}\n`);
  log(line);
}

/** The journal has every fault too, with the time. */
function log(line: string): void {
  mkdirSync(dirname(journal), { recursive: true });
  appendFileSync(journal, `${new Date().toISOString()} ${line}\n`);
}

function parseCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError('Must be a non-negative integer.');
  return number;
}
