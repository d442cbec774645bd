/** Runs the benchmark that the command line names: `npm run bench -- NAME [OPTIONS]`. */
const benchmarks: Readonly<Record<string, string>> = {
  backfill: 'ingest objects that are already in a bucket, next to a plain loop',
  fuzz: 'hostile requests to the API, which has to stay alive',
  ingest: 'ingest new builds from SQS, next to Temporal alone and a plain loop',
  live: 'find new builds while a backfill, a reindex and a retry run, with and without priorities',
  page: 'open the search page with empty caches',
  reindex: 'rebuild the index, next to bare bulk requests',
  search: 'search through the API, next to Elasticsearch and a bare proxy',
};

const [name = '', ...options] = process.argv.slice(2);
if (name in benchmarks) {
  process.argv = [...process.argv.slice(0, 2), ...options];
  await import(`./${name}.ts`);
} else {
  const list = Object.entries(benchmarks).map(([key, what]) => `  ${key.padEnd(10)}${what}`);
  process.stdout.write(
    `Usage: npm run bench -- NAME [OPTIONS]      NAME --help shows the options\n\n${list.join('\n')}\n`,
  );
  process.exitCode = name === '' || name === '--help' ? 0 : 2;
}
