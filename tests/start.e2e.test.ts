import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { eventually } from './fixture/eventually.ts';
import { environmentWithoutServices } from './fixture/own-stack.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'buildhub-start-'));
const envFile = join(stateDir, 'env');
const main = join(import.meta.dirname, '..', 'cli', 'main.ts');
const launcher = spawn(process.execPath, [main, 'start', '--samples', '60', '--state-dir', stateDir], {
  env: environmentWithoutServices(),
});
const ended = new Promise<number | null>((resolve) => launcher.once('exit', resolve));
let output = '';
for (const stream of [launcher.stdout, launcher.stderr]) {
  stream.on('data', (chunk) => {
    output += chunk;
  });
}
let env: Record<string, string | undefined>;

beforeAll(async () => {
  await eventually(
    'the system to run',
    () => {
      if (launcher.exitCode !== null) throw new Error(`It has ended: ${output}`);
      return output.includes('Buildhub is running.') && /^Ready after \d+ s\.$/m.test(output);
    },
    250,
  );
  env = parseEnv(readFileSync(envFile, 'utf8'));
});
afterAll(async () => {
  if (launcher.exitCode === null) launcher.kill('SIGKILL');
  await ended;
  rmSync(stateDir, { recursive: true, force: true });
});

async function search(query: unknown) {
  const response = await fetch(`${env.API_URL}/api/search`, {
    method: 'POST',
    body: JSON.stringify({ size: 100, query }),
  });
  return (await response.json()) as { hits: { total: number; hits: { _source: Record<string, unknown> }[] } };
}

test('writes every address into one file that a shell can source', () => {
  const addresses = ['API_URL', 'TEMPORAL_ADDRESS', 'DATABASE_URL', 'ELASTICSEARCH_URL', 'SQS_QUEUE_URL'];
  expect(Object.keys(env)).toEqual(expect.arrayContaining(addresses));
  expect(readFileSync(envFile, 'utf8')).not.toMatch(/0\.0\.0\.0/);
});

test('responds to loopback names only, and has a token of its own for operators', async () => {
  const { hostname, port } = new URL(env.API_URL ?? '');
  const statusFor = async (headers: Record<string, string>) => {
    const [response] = (await once(request({ hostname, port, path: '/', headers }).end(), 'response')) as [
      IncomingMessage,
    ];
    response.resume();
    return response.statusCode;
  };
  expect(await statusFor({ Host: `localhost:${port}` })).toBe(200);
  expect(await statusFor({ Host: `rebound.example:${port}` })).toBe(400);
  expect(env.OPERATIONS_TOKEN).toMatch(/^[0-9a-f]{32}$/);
  expect(output).toContain(`Operator token  ${env.OPERATIONS_TOKEN}`);
});

test('has the real builds, twins included, and finds them by search', async () => {
  const { hits } = await search({ term: { 'build.id': '20191016161957' } });
  expect(hits.hits.map(({ _source: { target } }) => (target as { channel: string }).channel).sort()).toEqual([
    'beta',
    'release',
  ]);
  expect((await search({ match_all: {} })).hits.total).toBeGreaterThanOrEqual(60);
});

test('makes one more buildhub.json searchable, put by any S3 client, and shows its workflow', async () => {
  const [sample] = generateBuilds(1, new Date(), 4711);
  if (!sample) throw new Error('There is a sample for every seed');
  const s3 = new S3Client({
    region: env.AWS_REGION ?? '',
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? '',
    forcePathStyle: true,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  await s3.send(new PutObjectCommand({ Bucket: env.S3_BUCKET, Key: sample.key, Body: sample.body }));
  const { url } = (JSON.parse(sample.body) as { download: { url: string } }).download;
  await eventually('the build', async () => (await search({ term: { 'download.url': url } })).hits.total > 0);
  const list = `${env.TEMPORAL_UI_URL}/api/v1/namespaces/${env.TEMPORAL_NAMESPACE}/workflows?query=`;
  const id = `ingest:${env.S3_BUCKET}/${sample.key}`;
  await eventually('its workflow in the Temporal UI', async () => {
    const response = await fetch(
      list + encodeURIComponent(`WorkflowId STARTS_WITH "${id}" and Outcome = "ingested"`),
    );
    return response.ok && (await response.text()).includes(sample.key);
  });
});

test('restarts a process that was killed', async () => {
  const log = join(stateDir, 'logs', 'worker.log');
  const pids = () => [
    ...new Set([...readFileSync(log, 'utf8').matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid))),
  ];
  const [first] = pids();
  process.kill(first ?? 0, 'SIGKILL');
  await eventually('another worker', async () => {
    const health = await fetch(`${env.WORKER_URL}/__heartbeat__`);
    return health.ok && pids().length > 1;
  });
  expect(output).toMatch(/worker exited unexpectedly \(SIGKILL\) and is restarted/);
});

test('stops everything on Ctrl-C and removes the env file', async () => {
  launcher.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(existsSync(envFile)).toBe(false);
  for (const url of [env.API_URL, env.WORKER_URL, env.ELASTICSEARCH_URL, env.AWS_ENDPOINT_URL_S3])
    await expect(fetch(url ?? '')).rejects.toThrow();
  await expect(new pg.Client({ connectionString: env.DATABASE_URL }).connect()).rejects.toThrow();
});
