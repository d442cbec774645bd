import { existsSync, readFileSync } from 'node:fs';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../cli/program.ts';
import { loadConfig } from '../config/config.ts';
import { variables } from '../config/variables.ts';
import { temporalVersion } from '../stack/services/temporal.ts';

const root = new URL('../', import.meta.url);
const program = await createProgram();

/** The part of the Compose specification that docker-compose.yml uses; another key is a typing error, or new here. */
const Service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  init: z.boolean().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
      start_period: z.string().optional(),
    })
    .optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  restart: z.literal('unless-stopped').optional(),
  stop_grace_period: z.string().optional(),
});
type Service = z.output<typeof Service>;

const compose = z
  .strictObject({
    name: z.string(),
    'x-buildhub': z.unknown(),
    services: z.record(z.string(), Service),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(
    load(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
      schema: CORE_SCHEMA.withTags(mergeTag),
    }),
  );
const services = Object.entries(compose.services);
const buildhubServices = services.filter(([, { image }]) => image.startsWith('buildhub:'));

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** `127.0.0.1:8233:8080` in its three parts. */
function ports({ ports: published }: Service) {
  return published.map((text) => {
    const [address, host, container] = text.split(':');
    return { address, host: Number(host), container: Number(container) };
  });
}

/** Host and port of an URL, a PostgreSQL connection string or a plain `host:port`. */
function hostAndPort(text: string): { host: string; port: number } | undefined {
  const match = /^(?:[a-z]+:\/\/(?:[^@/]*@)?)?(?<host>[a-z0-9.-]+):(?<port>\d+)(?:\/.*)?$/.exec(text)?.groups;
  return match?.host && match.port ? { host: match.host, port: Number(match.port) } : undefined;
}

describe.each(services)('%s', (name, it) => {
  test('has an image of one version, or is built here', () => {
    if (it.image.startsWith('buildhub:')) return;
    expect(it.image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$/);
  });

  test('runs on with a health check, or is a job that ends', () => {
    expect(it.healthcheck !== undefined, 'a service that is restarted needs a health check').toBe(
      it.restart !== undefined,
    );
  });

  test('waits for services that exist, in a way that fits them', () => {
    for (const [other, { condition }] of Object.entries(it.depends_on)) {
      const expected = service(other).healthcheck ? 'service_healthy' : 'service_completed_successfully';
      expect(condition, `${name} waits for ${other}`).toBe(expected);
    }
  });

  test('is published on the loopback address only', () => {
    for (const { address } of ports(it)) expect(address).toBe('127.0.0.1');
  });

  test('gets addresses of services that exist, with their ports', () => {
    for (const [variable, value] of Object.entries(it.environment)) {
      const target = hostAndPort(value);
      if (!target) continue;
      const known =
        target.host === 'localhost'
          ? services.flatMap(([, other]) => ports(other).map(({ host }) => host))
          : ports(service(target.host)).map(({ container }) => container);
      expect(known, `${variable}=${value}`).toContain(target.port);
    }
  });

  test('asks its own port for its health', () => {
    const asked = /(?:127\.0\.0\.1|localhost):(\d+)/.exec(it.healthcheck?.test.join(' ') ?? '')?.[1];
    if (asked === undefined || name === 'worker') return;
    expect(ports(it).map(({ container }) => container)).toContain(Number(asked));
  });

  test('mounts what is there', () => {
    for (const volume of it.volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(new URL(source, root)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });
});

test('Temporal is the version that a stack without Docker has too', () => {
  const images = services.map(([, { image }]) => image).filter((image) => image.startsWith('temporalio/'));
  const { server, ui } = temporalVersion;
  expect(new Set(images)).toEqual(
    new Set([`temporalio/server:${server}`, `temporalio/admin-tools:${server}`, `temporalio/ui:${ui}`]),
  );
});

describe.each(buildhubServices)('%s, a process of Buildhub,', (_, it) => {
  test('gets variables that exist, with values that are accepted', () => {
    for (const variable of Object.keys(it.environment)) {
      expect(variables, `${variable} is not in config/variables.ts`).toHaveProperty(variable);
    }
    loadConfig(it.environment);
  });

  test('is given a command that the command line has', () => {
    const [name, ...words] = it.command ?? [];
    const options = program.commands.find((command) => command.name() === name)?.options;
    expect(options?.map(({ long }) => long)).toEqual(
      expect.arrayContaining(words.filter((word) => word.startsWith('--'))),
    );
  });

  test('has longer to stop than it takes', () => {
    if (!it.restart) return;
    const { SHUTDOWN_SECONDS } = loadConfig(it.environment);
    expect(Number(it.stop_grace_period?.replace(/s$/, ''))).toBeGreaterThan(SHUTDOWN_SECONDS);
  });
});

test('one service builds the image that all processes of Buildhub run', () => {
  expect(buildhubServices.map(([name]) => name).sort()).toEqual(['api', 'samples', 'setup', 'worker']);
  expect(buildhubServices.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['setup']);
  expect(new Set(buildhubServices.map(([, { image }]) => image)).size).toBe(1);
});

test('no two services are published on the same port', () => {
  const published = services.flatMap(([, it]) => ports(it).map(({ host }) => host));
  expect(new Set(published).size).toBe(published.length);
});

test('the ports of the processes are those of the configuration', () => {
  const { API_PORT, API_URL, WORKER_HTTP_PORT } = loadConfig(service('api').environment);
  expect(ports(service('api')).map(({ container }) => container)).toEqual([API_PORT]);
  expect(ports(service('api')).map(({ host }) => host)).toEqual([hostAndPort(API_URL)?.port]);
  expect(service('worker').healthcheck?.test.join(' ')).toContain(`127.0.0.1:${WORKER_HTTP_PORT}/`);
  expect(service('api').healthcheck?.test.join(' ')).toContain(`127.0.0.1:${API_PORT}/`);
});

test('the queues are those that setup makes', () => {
  const { SQS_QUEUE_URL = '', SQS_DEAD_LETTER_QUEUE_URL } = loadConfig(service('worker').environment);
  expect(service('setup').command).toEqual(['setup', '--create-queue', SQS_QUEUE_URL.split('/').at(-1)]);
  expect(SQS_DEAD_LETTER_QUEUE_URL).toBe(`${SQS_QUEUE_URL}-dead-letters`);
});

test('the account in PostgreSQL is the one that the others log in with', () => {
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = service('postgres').environment;
  const { username, password, pathname } = new URL(loadConfig(service('api').environment).DATABASE_URL);
  expect([username, password, pathname]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD, `/${POSTGRES_DB}`]);
  const temporal = service('temporal').environment;
  expect([temporal.POSTGRES_USER, temporal.POSTGRES_PWD]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD]);
  expect(service('temporal-schema').environment.SQL_PASSWORD).toBe(POSTGRES_PASSWORD);
  expect(readFileSync(new URL('deploy/compose/temporal-schema.sh', root), 'utf8')).toContain(
    `--user ${POSTGRES_USER} `,
  );
});

test('the tools of Temporal have the version of its server', () => {
  const version = service('temporal').image.split(':')[1];
  for (const name of ['temporal-schema', 'temporal-namespace']) {
    expect(service(name).image).toBe(`temporalio/admin-tools:${version}`);
  }
});
