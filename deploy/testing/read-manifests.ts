import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { z } from 'zod';

export const kubernetesFolder = fileURLToPath(new URL('../kubernetes/', import.meta.url));

const Probe = z.strictObject({
  httpGet: z.strictObject({ path: z.enum(['/__lbheartbeat__', '/__heartbeat__']), port: z.string() }),
  periodSeconds: z.number(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number(),
});

/** The part of a container's specification that these manifests use; another key is a typing error, or new here. */
const Container = z.strictObject({
  name: z.string(),
  image: z.literal('buildhub'),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  envFrom: z
    .array(
      z.strictObject({
        configMapRef: z.strictObject({ name: z.string() }).optional(),
        secretRef: z.strictObject({ name: z.string() }).optional(),
      }),
    )
    .default([]),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  volumeMounts: z
    .array(z.strictObject({ name: z.string(), mountPath: z.string(), subPath: z.string().optional() }))
    .default([]),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  lifecycle: z
    .strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) })
    .optional(),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});

const Pod = z.strictObject({
  metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.strictObject({
    serviceAccountName: z.string(),
    automountServiceAccountToken: z.literal(false),
    restartPolicy: z.literal('OnFailure').optional(),
    terminationGracePeriodSeconds: z.number().optional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number(),
      runAsGroup: z.number(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    topologySpreadConstraints: z.array(z.unknown()).optional(),
    containers: z.array(Container).length(1),
    volumes: z.array(z.strictObject({ name: z.string(), emptyDir: z.object({}) })).default([]),
  }),
});

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }).optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
});

/** One object of a manifest, and the file that it is in. */
export type Manifest = z.output<typeof Manifest> & { readonly file: string };

/** A container that runs a process of Buildhub. */
export type Container = z.output<typeof Container>;

/** What a workload runs. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly spec: Record<string, unknown>;
  readonly pod: z.output<typeof Pod>;
  readonly container: Container;
}

/** Every object in the folder, in no order; without the configuration of kustomize itself. */
export function readManifests(): Manifest[] {
  return globSync('**/!(references).yaml', { cwd: kubernetesFolder }).flatMap((file) =>
    loadAll(readFileSync(`${kubernetesFolder}${file}`, 'utf8'), {
      schema: CORE_SCHEMA.withTags(mergeTag),
    }).map((document) => ({ ...Manifest.parse(document), file })),
  );
}

/** Those that run something. */
export function readWorkloads(): Workload[] {
  return readManifests()
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map(({ kind, metadata, spec = {} }) => {
      const pod = Pod.parse(spec.template);
      const [container] = pod.spec.containers;
      if (!container) throw new Error(`${metadata?.name} has no container`);
      return { name: metadata?.name ?? '', kind, spec, pod, container };
    });
}
