import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createS3Client } from '../aws/clients.ts';
import { loadConfig } from '../config/config.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { publishCorpus } from './ingest/corpus.ts';
import { type BacklogResult, measureBacklog } from './ingest/measure-backlog.ts';
import { measureSteady, type SteadyResult, steadyObjects } from './ingest/measure-steady.ts';
import { type IngestOptions, parseOptions } from './ingest/options.ts';
import { formatSummary, formatThreads, summarise } from './ingest/report.ts';
import { subjects } from './ingest/subjects.ts';
import { describeMachine } from './measure/machine.ts';
import { startBenchServices } from './services.ts';

/** Builds of the first, uncounted round, in which Temporal and Elasticsearch get to know their work. */
const warmUp = 200;

/** Milliseconds in which the services finish what a measurement has left to do. */
const settle = 3_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () =>
    stop.abort(new Error('Interrupted; everything that was started has been stopped.')),
  );
}
try {
  await bench(parseOptions(process.argv.slice(2)));
} catch (thrown) {
  const error: unknown = stop.signal.aborted ? stop.signal.reason : thrown;
  process.exitCode = 1;
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
}

async function bench(options: IngestOptions): Promise<void> {
  const machine = describeMachine();
  say(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}`);
  await using services = await startBenchServices(stop.signal);
  const config = loadConfig({ ...environmentWithoutServices(), ...services.env });
  const objects = Math.max(options.builds, warmUp, steadyObjects(options));
  const corpus = await publishCorpus(createS3Client(config), 'bench', objects);
  say(`${objects} objects are in the bucket`);

  const run = { services, corpus, settings: options.set, signal: stop.signal };
  const backlog = async (messages: number, round: number): Promise<BacklogResult[]> => {
    const results = [];
    for (const name of rotate(options.only, round)) {
      const result = await measureBacklog(name, messages, round, run);
      say(
        `  ${subjects[name].title}: ${messages} messages in ${result.seconds.toFixed(1)} s, ` +
          `${result.messagesPerSecond.toFixed(1)}/s`,
      );
      results.push(result);
      await sleep(settle, undefined, { signal: stop.signal });
    }
    return results;
  };
  say('\nWarming up');
  await backlog(warmUp, 0);
  const rounds = [];
  for (let round = 1; round <= options.rounds; round++) {
    say(`\nBacklog, round ${round} of ${options.rounds}`);
    rounds.push(await backlog(options.builds, round));
  }

  const steady: SteadyResult[] = [];
  for (const name of options.seconds > 0 ? options.only : []) {
    if (!subjects[name].stores) continue;
    say(`\nSteady load on ${subjects[name].title}: ${options.rate}/s for ${options.seconds} s`);
    steady.push(await measureSteady(name, options, run));
  }

  const measurements = { rounds, steady };
  const summary = summarise(measurements);
  say(`\n${formatSummary(summary)}\n`);
  say('Least, middle and largest figure of all rounds. CPU ms by thread of each process (middle):');
  for (const name of options.only) say(`  ${subjects[name].title}: ${formatThreads(measurements, name)}`);
  if (options.json !== undefined) {
    writeFileSync(
      options.json,
      `${JSON.stringify({ machine, options, summary, ...measurements }, null, 2)}\n`,
    );
    say(`\nEvery figure is in ${options.json}`);
  }
}

/** Each round begins with another, so that none always runs on the machine that another has left behind. */
function rotate<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
