import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, errors } from '@elastic/elasticsearch';
import { elasticsearchFolder, findJdk, installElasticsearch, type Jdk, oldestJdk } from '../downloads.mjs';
import type { LocalSource, Source, SourceContext } from './source.ts';

const heap = ['-Xms512m', '-Xmx512m'];
/** As the distribution sets it for a heap of this size: Elasticsearch's memory limits count on this collector. */
const collector = [
  '-XX:+UseG1GC',
  '-XX:G1HeapRegionSize=4m',
  '-XX:InitiatingHeapOccupancyPercent=30',
  '-XX:G1ReservePercent=15',
  '-XX:MaxDirectMemorySize=256m',
];

const usable: readonly string[] = ['green', 'yellow'];

/** The Elasticsearch to use: ELASTICSEARCH_URL, else Maven Central's. */
export async function findElasticsearch(context: SourceContext): Promise<Source> {
  const { settings } = context;
  if (settings.elasticsearchUrl !== undefined) return external(settings.elasticsearchUrl);
  const jdk = await findJdk(settings.childEnv);
  if (typeof jdk !== 'string') return packagedSource(context, jdk);
  return {
    kind: 'missing',
    needs: `Elasticsearch runs on a JDK ${oldestJdk} or newer, and ${jdk}. Install one (Debian 13: apt install openjdk-21-jdk-headless; others: https://adoptium.net), or set ELASTICSEARCH_URL.`,
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
        const { status } = await connect(url, 5_000).cluster.health();
        if (!usable.includes(status)) throw new Error(`its health is ${status}`);
      } catch (error) {
        // A cluster that wants credentials is there; whether they are right is for those who have them to find out.
        if (error instanceof errors.ResponseError && [401, 403].includes(error.statusCode ?? 0)) return;
        throw error;
      }
    },
  };
}

function packagedSource({ cacheDir }: SourceContext, jdk: Jdk): LocalSource<'elasticsearch'> {
  const lock = readFileSync(join(import.meta.dirname, '../elasticsearch/jars.lock'), 'utf8');
  const version = /org\/elasticsearch\/elasticsearch\/([\d.]+)\//.exec(lock)?.[1];
  const folder = join(cacheDir, elasticsearchFolder());
  return {
    kind: 'local',
    preferredPorts: { elasticsearch: 9200 },
    url: (ports) => urlOf(ports.elasticsearch),
    env: (ports) => ({ ELASTICSEARCH_URL: urlOf(ports.elasticsearch) }),
    from: `Elasticsearch ${version} from Maven Central on JDK ${jdk.version}`,
    async prepare(context) {
      await installElasticsearch({ ...context, env: context.settings.childEnv }, jdk);
    },
    async launch({ dataDir, settings, logsDir, forTests }, { elasticsearch: port }) {
      mkdirSync(dataDir, { recursive: true });
      const cluster = clusterName(dataDir);
      const client = connect(urlOf(port), 2_000);
      return {
        command: join(jdk.home, 'bin/java'),
        args: [
          ...heap,
          ...collector,
          // The first server that ends writes it; a later one starts in half the time.
          ...['-XX:+AutoCreateSharedArchive', `-XX:SharedArchiveFile=${join(folder, 'classes.jsa')}`],
          // What the second compiler makes faster a test does not run often enough to earn back.
          ...(forTests ? ['-XX:TieredStopAtLevel=1'] : []),
          '-Dfile.encoding=UTF-8',
          '--enable-native-access=org.apache.lucene.core,org.elasticsearch.nativeaccess',
          ...[
            '-p',
            join(folder, 'home/lib'),
            '--add-modules',
            'ALL-MODULE-PATH',
            '-cp',
            join(folder, 'server.jar'),
          ],
          ...['EsServer', join(folder, 'home'), String(port), dataDir],
          ...[`cluster.name=${cluster}`, `path.logs=${logsDir}`, 'logger.level=INFO'],
          // Half of the processors by default: a single thread would make new builds wait while it writes what a reindex
          // has indexed.
          'thread_pool.refresh.max=4',
        ],
        env: { ...settings.childEnv, JAVA_TOOL_OPTIONS: undefined, LC_ALL: 'C.UTF-8' },
        ready: async () => {
          const health = await client.cluster.health();
          return health.cluster_name === cluster && usable.includes(health.status);
        },
        stopTimeoutMs: 20_000,
      };
    },
  };
}

function connect(node: string, requestTimeout: number): Client {
  return new Client({ node, requestTimeout, maxRetries: 0 });
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** Of its own for each data folder, so that another stack's server is never taken for this one's. */
function clusterName(dataDir: string): string {
  return `local-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}
