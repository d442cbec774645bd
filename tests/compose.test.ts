import { existsSync, readFileSync } from 'node:fs';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../cli/program.ts';
import { loadConfig } from '../config/config.ts';
import { variables } from '../config/variables.ts';
import { temporalVersion } from '../stack/services/temporal.ts';

const root = new URL('../', import.meta.url);
const program = await createProgram();

/** What the tests read of a service. */
interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly stop_grace_period?: string;
}

const compose = load(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
  schema: CORE_SCHEMA.withTags(mergeTag),
}) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: object };
const services = Object.entries(compose.services);
const buildhubServices = services.filter(([, { image }]) => image.startsWith('buildhub:'));

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

function environmentOf(name: string): Readonly<Record<string, string>> {
  return service(name).environment ?? {};
}

function configOf(name: string) {
  return loadConfig(environmentOf(name));
}

/** `127.0.0.1:8233:8080` in its three parts. */
function ports({ ports: published = [] }: Service) {
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
    expect(it.image).toMatch(/^buildhub:|:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$/);
  });

  test('waits for services that exist, in a way that fits them', () => {
    for (const [other, { condition }] of Object.entries(it.depends_on ?? {})) {
      const expected = service(other).healthcheck ? 'service_healthy' : 'service_completed_successfully';
      expect(condition, `${name} waits for ${other}`).toBe(expected);
    }
  });

  test('is published on the loopback address only', () => {
    for (const { address } of ports(it)) expect(address).toBe('127.0.0.1');
  });

  test('gets addresses of services that exist, with their ports', () => {
    for (const [variable, value] of Object.entries(environmentOf(name))) {
      const target = hostAndPort(value);
      if (!target) continue;
      const known =
        target.host === 'localhost'
          ? services.flatMap(([, other]) => ports(other).map(({ host }) => host))
          : ports(service(target.host)).map(({ container }) => container);
      expect(known, `${variable}=${value}`).toContain(target.port);
    }
  });

  test('mounts what is there', () => {
    for (const volume of it.volumes ?? []) {
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

describe.each(buildhubServices)('%s, a process of Buildhub,', (name, it) => {
  test('gets variables that exist, with values that are accepted', () => {
    for (const variable of Object.keys(environmentOf(name))) {
      expect(variables, `${variable} is not in config/variables.ts`).toHaveProperty(variable);
    }
    configOf(name);
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
    const { SHUTDOWN_SECONDS } = configOf(name);
    expect(Number(it.stop_grace_period?.replace(/s$/, ''))).toBeGreaterThan(SHUTDOWN_SECONDS);
  });
});

test('one service builds the image that all processes of Buildhub run', () => {
  expect(buildhubServices.map(([name]) => name).sort()).toEqual(['api', 'samples', 'setup', 'worker']);
  expect(buildhubServices.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['setup']);
  expect(new Set(buildhubServices.map(([, { image }]) => image)).size).toBe(1);
});

test('the ports of the processes are those of the configuration', () => {
  const { API_PORT, API_URL, WORKER_HTTP_PORT } = configOf('api');
  expect(ports(service('api')).map(({ container }) => container)).toEqual([API_PORT]);
  expect(ports(service('api')).map(({ host }) => host)).toEqual([hostAndPort(API_URL)?.port]);
  expect(service('worker').healthcheck?.test.join(' ')).toContain(`127.0.0.1:${WORKER_HTTP_PORT}/`);
  expect(service('api').healthcheck?.test.join(' ')).toContain(`127.0.0.1:${API_PORT}/`);
});

test('a web page cannot reach the API under a name of its own', () => {
  expect(configOf('api').ALLOWED_HOSTS).toEqual(['localhost', '127.0.0.1', '[::1]']);
});

test('the queues are those that setup makes', () => {
  const { SQS_QUEUE_URL = '', SQS_DEAD_LETTER_QUEUE_URL } = configOf('worker');
  expect(service('setup').command).toEqual(['setup', '--create-queue', SQS_QUEUE_URL.split('/').at(-1)]);
  expect(SQS_DEAD_LETTER_QUEUE_URL).toBe(`${SQS_QUEUE_URL}-dead-letters`);
});

test('the account in PostgreSQL is the one that the others log in with', () => {
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = environmentOf('postgres');
  const { username, password, pathname } = new URL(configOf('api').DATABASE_URL);
  expect([username, password, pathname]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD, `/${POSTGRES_DB}`]);
  const temporal = environmentOf('temporal');
  expect([temporal.POSTGRES_USER, temporal.POSTGRES_PWD]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD]);
  expect(environmentOf('temporal-schema').SQL_PASSWORD).toBe(POSTGRES_PASSWORD);
  expect(readFileSync(new URL('deploy/compose/temporal-schema.sh', root), 'utf8')).toContain(
    `--user ${POSTGRES_USER} `,
  );
});
