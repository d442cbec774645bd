import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../cli/program.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { variables } from '../../config/variables.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });

const Container = z.object({
  args: z.array(z.string()),
  envFrom: z.array(z.unknown()),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }).optional(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});

const Pod = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    serviceAccountName: z.string(),
    automountServiceAccountToken: z.literal(false),
    terminationGracePeriodSeconds: z.number().optional(),
    securityContext: z.object({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number(),
      runAsGroup: z.number(),
      seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
    }),
    containers: z.tuple([Container]),
  }),
});

const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string() }).optional(),
  labels: z.unknown().optional(),
  spec: z.record(z.string(), z.unknown()).default({}),
});

// Without kustomize's own configuration.
const manifests = globSync('**/!(references).yaml', { cwd: import.meta.dirname }).flatMap((file) =>
  loadAll(read(file), { schema: CORE_SCHEMA.withTags(mergeTag) }).map((document) => ({
    ...Manifest.parse(document),
    file,
  })),
);
const workloads = manifests
  .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
  .map(({ kind, metadata, spec }) => {
    const pod = Pod.parse(spec.template);
    return { name: metadata?.name ?? '', kind, spec, pod, container: pod.spec.containers[0] };
  });

/** What an autoscaler sets the replicas of. */
const scaled = manifests
  .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
  .map(({ spec: { scaleTargetRef } }) => scaleTargetRef as { kind: string; name: string })
  .map(({ kind, name }) => `${kind}/${name}`);

const dockerfile = read('../../Dockerfile');
const program = await createProgram();
const settings = parseEnv(read('buildhub.env')) as Record<string, string>;
const secret = manifests.find(({ kind }) => kind === 'Secret') as unknown as {
  stringData: Record<string, string>;
};
const config: Config = loadConfig({ ...settings, ...secret.stringData });
const component = 'app.kubernetes.io/component';

function named(kind: string, name: string) {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata?.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found;
}

test('settings and secrets are variables that exist, with values that are accepted', () => {
  for (const name of [...Object.keys(settings), ...Object.keys(secret.stringData)])
    expect(variables, `${name} is not in config/variables.ts`).toHaveProperty(name);
});

test('the API responds to its own name, which the ingress leads to it', () => {
  const { hostname } = new URL(config.API_URL);
  const { rules } = named('Ingress', 'buildhub-api').spec as { rules: { host: string }[] };
  expect(config.ALLOWED_HOSTS).toEqual([hostname]);
  expect(rules.map(({ host }) => host)).toEqual([hostname]);
});

test('no secret is among the settings', () => {
  for (const name of Object.keys(settings))
    expect(name).not.toMatch(/KEY|PASSWORD|SECRET|TOKEN|DATABASE_URL/);
});

test('every file is part of a kustomization, but for the example of the secret', () => {
  const listed = manifests
    .filter(({ kind }) => kind === 'Kustomization' || kind === 'Component')
    .flatMap(({ file, ...kustomization }) => {
      const { resources } = kustomization as unknown as { resources: string[] };
      return resources.map((resource) => join(file, '..', resource));
    });
  for (const file of listed) expect(existsSync(join(import.meta.dirname, file)), file).toBe(true);
  const others = manifests.map(({ file }) => file).filter((file) => !/kustomization\.yaml$/.test(file));
  expect([...new Set(others)].filter((file) => !listed.includes(file))).toEqual(['secret.example.yaml']);
});

test('whatever a kustomization brings has the same labels, in the pods too', () => {
  const kustomizations = manifests.filter(({ kind }) => kind === 'Kustomization' || kind === 'Component');
  expect(kustomizations.length).toBe(5);
  for (const { file, labels } of kustomizations)
    expect(labels, file).toEqual([
      { pairs: { 'app.kubernetes.io/name': 'buildhub' }, includeTemplates: true },
    ]);
});

describe.each(workloads.map((workload) => [workload.name, workload] as const))('%s', (name, workload) => {
  const { container, pod, kind, spec } = workload;

  test('is given a command that the command line has', () => {
    const [word, ...options] = container.args ?? [];
    const command = program.commands.find((each) => each.name() === word);
    expect(command?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(options));
  });

  test('takes the settings and the secret', () => {
    expect(container.envFrom).toEqual([
      { configMapRef: { name: 'buildhub' } },
      { secretRef: { name: 'buildhub' } },
      ...(name === 'buildhub-api' ? [{ secretRef: { name: 'buildhub-api', optional: true } }] : []),
    ]);
  });

  test('runs as the user of the image, with a service account that exists', () => {
    const [, user, group] = /^USER (\d+):(\d+)$/m.exec(dockerfile) ?? [];
    expect(pod.spec.securityContext).toMatchObject({ runAsUser: Number(user), runAsGroup: Number(group) });
    named('ServiceAccount', pod.spec.serviceAccountName);
  });

  if (kind === 'Job') return;

  test('serves on the port of the configuration, which the image opens', () => {
    const [port] = container.ports;
    expect(port?.containerPort).toBe(name === 'buildhub-api' ? config.API_PORT : config.WORKER_HTTP_PORT);
    expect(/^EXPOSE (.*)$/m.exec(dockerfile)?.[1]?.split(' ')).toContain(String(port?.containerPort));
  });

  test('has every probe, on a port that it has; only readiness depends on other services', () => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = container;
    for (const probe of [startupProbe, livenessProbe, readinessProbe])
      expect(ports.map(({ name: port }) => port)).toContain(probe?.httpGet.port);
    expect(livenessProbe?.httpGet.path).toBe('/__lbheartbeat__');
    expect(startupProbe?.httpGet.path).toBe('/__lbheartbeat__');
  });

  test('has longer to stop than it takes, with the wait before', () => {
    const wait =
      /setTimeout\(.*, (\d+)\)/.exec(container.lifecycle?.preStop.exec.command.at(-1) ?? '')?.[1] ?? '0';
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      config.SHUTDOWN_SECONDS + Number(wait) / 1_000,
    );
  });

  test('is replaced one by one, and kept by a disruption budget', () => {
    expect(spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(named('PodDisruptionBudget', name).spec.selector).toEqual({ matchLabels: pod.metadata.labels });
  });

  test('has a number of replicas from one place', () => {
    expect(typeof spec.replicas === 'number').toBe(!scaled.includes(`${kind}/${name}`));
  });
});

test('the service leads to the API', () => {
  const { selector, ports } = named('Service', 'buildhub-api').spec as {
    selector: object;
    ports: { targetPort: string }[];
  };
  const api = workloads.find(({ name }) => name === 'buildhub-api');
  expect(selector).toEqual(api?.pod.metadata.labels);
  expect(api?.container.ports.map(({ name }) => name)).toEqual(ports.map(({ targetPort }) => targetPort));
});

describe('network policies', () => {
  const port = z.object({ port: z.number() }).transform((rule) => rule.port);
  const Policy = z.object({
    podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    policyTypes: z.array(z.string()),
    ingress: z.array(z.object({ from: z.array(z.unknown()).min(1), ports: z.array(port) })).default([]),
    egress: z.array(z.object({ ports: z.array(port) })).default([]),
  });
  const all = Policy.parse(named('NetworkPolicy', 'buildhub').spec);
  const api = Policy.parse(named('NetworkPolicy', 'buildhub-api').spec);

  test('deny all traffic of every pod in both directions unless a rule allows it', () => {
    expect(all.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'buildhub' });
    expect(all.policyTypes).toEqual(['Ingress', 'Egress']);
  });

  test('let in metrics on every port that a process has, and clients on the port of the API alone', () => {
    const served = workloads.flatMap(({ container }) => container.ports.map((each) => each.containerPort));
    expect(new Set(all.ingress.flatMap(({ ports }) => ports))).toEqual(new Set(served));
    expect(api.podSelector.matchLabels).toMatchObject({ [component]: 'api' });
    expect(api.ingress.flatMap(({ ports }) => ports)).toEqual([config.API_PORT]);
  });

  test('let out to every address of the configuration, and not to the metadata of the cloud', () => {
    const { DATABASE_URL, ELASTICSEARCH_URL, TEMPORAL_ADDRESS } = config;
    const allowed = all.egress.flatMap(({ ports }) => ports);
    for (const address of [DATABASE_URL, ELASTICSEARCH_URL, `tcp://${TEMPORAL_ADDRESS}`])
      expect(allowed, address).toContain(Number(new URL(address).port));
    expect(allowed).toContain(443);
    expect(allowed).not.toContain(80);
  });
});

test('the image is named by digest, which an overlay replaces, and never by a tag that moves', () => {
  const base = manifests.find(({ file }) => file === 'kustomization.yaml') as unknown as { images: unknown };
  expect(base.images).toEqual([{ name: 'buildhub', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }]);
});

test('every process is scraped on a port that it has', () => {
  const { spec: pods } = named('PodMonitor', 'buildhub-worker');
  expect(JSON.stringify(pods)).toContain('"values":["worker","poller"]');
  for (const { name, container } of workloads)
    if (name === 'buildhub-worker' || name === 'buildhub-poller')
      expect(container.ports.map(({ name: port }) => port)).toContain('metrics');
  expect(named('ServiceMonitor', 'buildhub-api').spec).toMatchObject({ endpoints: [{ port: 'http' }] });
});

test('the component for the Worker Controller leads to the Temporal of the settings', () => {
  expect(read('worker-controller/kustomization.yaml')).toContain(
    `temporalNamespace: ${config.TEMPORAL_NAMESPACE} }`,
  );
  expect(named('Connection', 'buildhub').spec).toMatchObject({ hostPort: config.TEMPORAL_ADDRESS });
  expect(named('WorkerResourceTemplate', 'buildhub-worker').spec).toMatchObject({
    template: { spec: { ...named('HorizontalPodAutoscaler', 'buildhub-worker').spec, scaleTargetRef: {} } },
  });
});
