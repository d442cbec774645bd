import { writeFileSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { Command, InvalidArgumentError } from 'commander';
import { createS3Client } from '../aws/clients.ts';
import { loadConfig } from '../config/config.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { createBucket, fillBucket, keysPerBuild, planBucket } from './backfill/fill-bucket.ts';
import { formatCpu, formatResults, type Result } from './backfill/report.ts';
import { startWarmSubjects, type WarmSubject } from './backfill/warm-subjects.ts';
import { describeMachine } from './measure/machine.ts';
import { startBenchServices } from './services.ts';

/** The builds of the first size are those up to its beginning, those of the next of the year before, and so on. */
const lastYear = 2026;

interface Options {
  readonly keys: readonly number[];
  readonly latency: readonly number[];
  readonly json?: string;
}

const options = new Command('npm run bench -- backfill')
  .description(
    'How fast a backfill lists, compares and ingests, next to a plain loop that does one key after the other, in the ' +
      'same run: a bucket in which one key in twenty is a buildhub.json and half of these are known, then the same ' +
      'again with nothing left to do. Starts all services itself.',
  )
  .option('--keys <numbers>', 'sizes of the bucket', parseNumbers(40), [20_000, 80_000, 200_000])
  .option(
    '--latency <numbers>',
    'milliseconds that each request to S3 takes longer than here; in a region of AWS it is 20 and more',
    parseNumbers(0),
    [0, 20],
  )
  .option('--json <file>', 'also write every figure into this file')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run bench -- backfill
  $ npm run bench -- backfill --keys 4000,20000 --latency 0        a quick look, about three minutes`,
  )
  .parse(process.argv.slice(2), { from: 'user' })
  .opts<Options>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () =>
    stop.abort(new Error('Interrupted; everything that was started has been stopped.')),
  );
try {
  await bench();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
}

async function bench(): Promise<void> {
  const machine = describeMachine();
  say(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}`);
  await using services = await startBenchServices(stop.signal);
  const s3 = createS3Client(loadConfig({ ...environmentWithoutServices(), ...services.env }));
  await using started = new AsyncDisposableStack();
  const subjects = await startWarmSubjects(services, s3, options.latency, started, say);
  const results: Result[] = [];
  for (const [index, keys] of options.keys.entries())
    results.push(...(await benchSize(s3, subjects, keys, new Date(Date.UTC(lastYear - index)))));
  say(`\n${formatResults(results)}\n\n${formatCpu(results)}`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, options, results }, null, 2)}\n`);
}

/** @param until when the last of the builds was made; those of two sizes must not be the same */
async function benchSize(
  s3: S3Client,
  subjects: readonly WarmSubject[],
  keys: number,
  until: Date,
): Promise<Result[]> {
  const bucket = planBucket(`backfill-${keys}`, [...generateBuilds(Math.floor(keys / keysPerBuild), until)]);
  await createBucket(s3, bucket);
  say(`Ingesting the ${bucket.known.length} objects that are to be known`);
  for (const { subject } of subjects) await subject.pass(bucket.name);
  await fillBucket(s3, bucket, (done) => {
    if (done % 20_000 === 0) say(`${done} of about ${keys} objects are in the bucket`);
  });
  const results: Result[] = [];
  for (const pass of ['new', 'known'] as const) {
    for (const { kind, latency, subject } of subjects) {
      stop.signal.throwIfAborted();
      const name = `${kind}, ${keys} keys, +${latency} ms, ${pass}`;
      const result = await subject.pass(bucket.name);
      say(`  ${name}: ${result.seconds.toFixed(1)} s, ${result.inserted} builds inserted`);
      const expected = pass === 'new' ? bucket.newBuilds : 0;
      if (result.inserted !== expected)
        throw new Error(`${name} should have inserted ${expected} builds: its figures mean nothing`);
      results.push({ keys, subject: kind, pass, latency, ...result });
    }
  }
  return results;
}

function parseNumbers(min: number): (text: string) => number[] {
  return (text) => {
    const numbers = text.split(',').map(Number);
    if (numbers.some((number) => !Number.isInteger(number) || number < min))
      throw new InvalidArgumentError(`It must be whole numbers from ${min} on, with commas between.`);
    return numbers;
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
