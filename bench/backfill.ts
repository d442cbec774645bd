import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import { createS3Client } from '../aws/clients.ts';
import { loadConfig } from '../config/config.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { createBucket, fillBucket, planBucket } from './backfill/fill-bucket.ts';
import { backfillSubject, loopSubject } from './backfill/measure.ts';
import { formatCpu, formatResults, type Result } from './backfill/report.ts';
import { makeRoundStores, type RoundStores } from './ingest/round-stores.ts';
import { describeMachine } from './measure/machine.ts';
import { type BenchServices, startBenchServices } from './services.ts';

interface Options {
  readonly keys: readonly number[];
  readonly latency: readonly number[];
  readonly json?: string;
}

const options = new Command('npm run bench:backfill --')
  .description(
    'How fast a backfill lists, compares and ingests, next to a plain loop that does one key after the other, in the ' +
      'same run: a bucket in which one key in twenty is a buildhub.json and half of these are known, then the same ' +
      'again with nothing left to do. Starts all services by itself.',
  )
  .option('--keys <numbers>', 'sizes of the bucket', parseNumbers(40), [20_000, 200_000])
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
  $ npm run bench:backfill
  $ npm run bench:backfill -- --keys 4000,20000 --latency 0        a quick look, about three minutes`,
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
  const results: Result[] = [];
  for (const keys of options.keys) results.push(...(await benchSize(services, keys)));
  say(`\n${formatResults(results)}\n\n${formatCpu(results)}`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, options, results }, null, 2)}\n`);
}

async function benchSize(services: BenchServices, keys: number): Promise<Result[]> {
  const s3 = createS3Client(loadConfig({ ...environmentWithoutServices(), ...services.env }));
  const bucket = planBucket(keys);
  await createBucket(s3, bucket);
  await using made = new AsyncDisposableStack();
  const runs: { subject: Result['subject']; latency: number; stores: RoundStores }[] = [];
  for (const latency of options.latency) {
    const proxied = latency === 0 ? {} : await delayed(services.env.AWS_ENDPOINT_URL_S3 ?? '', latency, made);
    for (const subject of ['plain loop', 'backfill'] as const) {
      const name = `${subject.replace(' ', '-')}-${keys}-${latency}`;
      const stores = made.use(await makeRoundStores(name, { ...services.env, ...proxied }));
      runs.push({ subject, latency, stores });
      say(`Ingesting what is to be known: ${bucket.known.length} objects for ${name}`);
      await backfillSubject(services, stores, bucket.name, `known-${name}`);
    }
  }
  await fillBucket(s3, bucket, (done) => {
    if (done % 20_000 === 0) say(`${done} of about ${keys} objects are in the bucket`);
  });
  const results: Result[] = [];
  for (const pass of ['new', 'known'] as const) {
    for (const { subject, latency, stores } of runs) {
      stop.signal.throwIfAborted();
      const measure = subject === 'backfill' ? backfillSubject : loopSubject;
      const name = `${subject.replace(' ', '-')}-${keys}-${latency}-${pass}`;
      const result = await measure(services, stores, bucket.name, name);
      say(`  ${name}: ${result.seconds.toFixed(1)} s, ${result.inserted} builds inserted`);
      const expected = pass === 'new' ? bucket.newBuilds : 0;
      if (result.inserted !== expected)
        throw new Error(`${name} should have inserted ${expected} builds: its figures mean nothing`);
      results.push({ keys, subject, pass, latency, ...result });
    }
  }
  return results;
}

/** Addresses of S3 behind a delay, half of it on each way. */
async function delayed(
  endpoint: string,
  latency: number,
  started: AsyncDisposableStack,
): Promise<Record<string, string>> {
  const proxy: ChildProcess = fork(
    join(import.meta.dirname, 'backfill', 'delaying-proxy.ts'),
    [new URL(endpoint).port, String(latency / 2)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  started.defer(async () => {
    proxy.kill();
    await once(proxy, 'exit');
  });
  if (!proxy.stdout) throw new Error('The proxy has no output');
  const [port] = (await once(createInterface({ input: proxy.stdout }), 'line')) as [string];
  return { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
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
