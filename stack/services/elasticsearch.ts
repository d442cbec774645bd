import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnce } from '../install-once.ts';
import { runManaged } from '../managed-process.ts';
import { findJdk, findProgram, findPrograms, type Jdk, outputOf, parseVersion } from '../programs.ts';
import {
  type LocalSource,
  type PrepareContext,
  portOf,
  type Source,
  type SourceContext,
  unreachable,
} from './source.ts';

const version = '9.5.3';
const oldestJdk = 21;
const heap = ['-Xms512m', '-Xmx512m'];
/** As the distribution sets it for a heap of this size: Elasticsearch's memory limits count on this collector. */
const collector = [
  '-XX:+UseG1GC',
  '-XX:G1HeapRegionSize=4m',
  '-XX:InitiatingHeapOccupancyPercent=30',
  '-XX:G1ReservePercent=15',
  '-XX:MaxDirectMemorySize=256m',
];
const recipe = fileURLToPath(new URL('../elasticsearch/', import.meta.url));

/** The Elasticsearch to use: ELASTICSEARCH_URL, else `elasticsearch` 9 on the path, else Maven Central's. */
export async function findElasticsearch(context: SourceContext): Promise<Source> {
  const { settings } = context;
  if (settings.elasticsearchUrl !== undefined) return external(settings.elasticsearchUrl);
  for (const program of findPrograms('elasticsearch', settings.path)) {
    // The distribution refuses to run as root; the one from Maven Central does not.
    if (process.getuid?.() === 0) break;
    const found = parseVersion((await outputOf(program, ['--version'], settings)) ?? '');
    if (found?.[0] === 9) return installedSource(program, found);
  }
  const maven = findProgram('mvn', settings.path);
  const jdk = await findJdk(oldestJdk, settings);
  if (maven && jdk) return packagedSource(context, maven, jdk);
  const lacking = [
    jdk
      ? undefined
      : `no JDK ${oldestJdk} or newer was found in JAVA_HOME, on the PATH or in the usual places (Debian: apt install openjdk-21-jdk-headless; others: https://adoptium.net)`,
    maven
      ? undefined
      : 'there is no Maven (mvn) on the PATH (Debian: apt install maven; others: https://maven.apache.org)',
  ].filter((text) => text !== undefined);
  return {
    kind: 'missing',
    needs: `Elasticsearch ${version} is taken from Maven Central, but ${lacking.join(', and ')}. Install what is missing, put an elasticsearch 9 on the PATH, or set ELASTICSEARCH_URL.`,
  };
}

function external(url: string): Source {
  const shown = url.replace(/\/\/[^@/]*@/, '//***@');
  return {
    kind: 'external',
    from: `${shown} (ELASTICSEARCH_URL)`,
    url: shown,
    env: { ELASTICSEARCH_URL: url },
    async check() {
      try {
        const health = await clusterHealth(url, 5_000);
        // A cluster that wants credentials is there; whether they are right is for those who have them to find out.
        if (health.httpStatus === 401 || health.httpStatus === 403) return;
        if (health.status !== 'green' && health.status !== 'yellow') {
          throw new Error(
            health.status ? `its health is ${health.status}` : `it answered ${health.httpStatus}`,
          );
        }
      } catch (error) {
        throw unreachable('Elasticsearch', 'ELASTICSEARCH_URL', shown, error);
      }
    },
  };
}

function packagedSource(context: SourceContext, maven: string, jdk: Jdk): LocalSource {
  const hash = createHash('sha256');
  for (const file of ['pom.xml', 'EsServer.java']) hash.update(readFileSync(join(recipe, file)));
  const name = `elasticsearch-${version}-${hash.digest('hex').slice(0, 8)}`;
  const folder = join(context.cacheDir, name);
  return {
    ...sharedParts,
    from: `Elasticsearch ${version} from Maven Central on JDK ${jdk.version.join('.')}`,
    prepare: (prepare) => build(prepare, name, maven, jdk),
    async launch({ dataDir, settings, logsDir }, ports) {
      mkdirSync(dataDir, { recursive: true });
      const port = portOf(ports, 'elasticsearch');
      const cluster = clusterName(dataDir);
      return {
        command: join(jdk.home, 'bin/java'),
        args: [
          ...heap,
          ...collector,
          '-Dfile.encoding=UTF-8',
          '--enable-native-access=org.apache.lucene.core,org.elasticsearch.nativeaccess',
          ...[
            '-p',
            join(folder, 'home/lib'),
            '--add-modules',
            'ALL-MODULE-PATH',
            '-cp',
            join(folder, 'classes'),
          ],
          ...['EsServer', join(folder, 'home'), String(port), dataDir],
          ...[`cluster.name=${cluster}`, `path.logs=${logsDir}`, 'logger.level=INFO'],
        ],
        env: { ...settings.childEnv, JAVA_TOOL_OPTIONS: undefined },
        ready: () => isHealthy(port, cluster),
        readyTimeoutMs: 180_000,
        stopTimeoutMs: 20_000,
      };
    },
  };
}

function installedSource(program: string, found: readonly number[]): LocalSource {
  return {
    ...sharedParts,
    from: `Elasticsearch ${found.join('.')} on the PATH`,
    prepare: async () => undefined,
    async launch({ dataDir, settings, logsDir }, ports) {
      mkdirSync(dataDir, { recursive: true });
      const port = portOf(ports, 'elasticsearch');
      const cluster = clusterName(dataDir);
      const options = {
        'cluster.name': cluster,
        'path.data': dataDir,
        'path.logs': logsDir,
        'network.host': '127.0.0.1',
        'http.port': port,
        'transport.port': '0',
        'discovery.type': 'single-node',
        'xpack.security.enabled': false,
        'action.destructive_requires_name': false,
        'cluster.routing.allocation.disk.threshold_enabled': false,
      };
      return {
        command: program,
        args: Object.entries(options).map(([name, value]) => `-E${name}=${value}`),
        env: { ...settings.childEnv, ES_JAVA_OPTS: heap.join(' ') },
        ready: () => isHealthy(port, cluster),
        readyTimeoutMs: 180_000,
        stopTimeoutMs: 20_000,
      };
    },
  };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

const sharedParts = {
  kind: 'local',
  preferredPorts: { elasticsearch: 9200 },
  url: (ports) => urlOf(portOf(ports, 'elasticsearch')),
  env: (ports) => ({ ELASTICSEARCH_URL: urlOf(portOf(ports, 'elasticsearch')) }),
} satisfies Partial<LocalSource>;

async function build(context: PrepareContext, name: string, maven: string, jdk: Jdk): Promise<void> {
  await installOnce({ ...context, name }, async (folder) => {
    const step = (title: string, command: string, args: readonly string[]) =>
      runManaged(
        {
          name: title,
          command,
          args,
          cwd: folder,
          env: { ...context.settings.childEnv, JAVA_HOME: jdk.home },
          logFile: join(context.logsDir, 'elasticsearch-install.log'),
          signal: context.signal,
          stopTimeoutMs: 2_000,
        },
        (line) => context.note(`installing (once, about a minute): ${line}`),
      );
    copyFileSync(join(recipe, 'pom.xml'), join(folder, 'pom.xml'));
    await step('Maven, which fetches Elasticsearch,', maven, ['-B', 'package']);
    renameSync(join(folder, 'target/home'), join(folder, 'home'));
    rmSync(join(folder, 'target'), { recursive: true });
    // Compiled once: as a source file it would be compiled at every start. Any JDK from 21 on can run the result.
    const compile = [
      '--release',
      String(oldestJdk),
      '-cp',
      join(folder, 'home/lib/*'),
      '-d',
      join(folder, 'classes'),
    ];
    await step('The compiler for EsServer.java', join(jdk.home, 'bin/javac'), [
      ...compile,
      join(recipe, 'EsServer.java'),
    ]);
    const classPath = `${join(folder, 'classes')}:${join(folder, 'home/lib/*')}`;
    await step('Unpacking Elasticsearch', join(jdk.home, 'bin/java'), [
      '-cp',
      classPath,
      'EsServer',
      join(folder, 'home'),
    ]);
  });
}

/** Of its own for each data folder, so that another stack's server is never taken for this one's. */
function clusterName(dataDir: string): string {
  return `local-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

async function isHealthy(port: number, cluster: string): Promise<boolean> {
  const health = await clusterHealth(urlOf(port), 2_000);
  return health.clusterName === cluster && (health.status === 'green' || health.status === 'yellow');
}

async function clusterHealth(
  url: string,
  timeoutMs: number,
): Promise<{ httpStatus: number; status?: string; clusterName?: string }> {
  const address = new URL(`${url.replace(/\/$/, '')}/_cluster/health`);
  const headers: Record<string, string> = {};
  if (address.username) {
    const credentials = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    address.username = '';
    address.password = '';
  }
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(timeoutMs) });
  const body = (await response.json().catch(() => ({}))) as { status?: unknown; cluster_name?: unknown };
  return {
    httpStatus: response.status,
    ...(typeof body.status === 'string' ? { status: body.status } : {}),
    ...(typeof body.cluster_name === 'string' ? { clusterName: body.cluster_name } : {}),
  };
}
