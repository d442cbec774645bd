import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createS3Client } from '../../aws/clients.ts';
import { type LocalSystem, startLocalSystem } from '../../cli/local/local-system.ts';
import { publish, sampleBuilds } from '../../samples/publish.ts';
import { defaultFolders } from '../../stack/paths.ts';
import { eventually } from '../../tests/fixture/eventually.ts';

/** What a page must show as it is and never take for HTML. */
export const hostileText = '<img src=x onerror=alert(1)><b>&amp;';

/** How many samples are published, beside the build with the hostile texts; some of them become two records. */
const samples = 300;

/** A whole Buildhub for a test of the web page. */
export interface SystemWithBuilds extends AsyncDisposable {
  readonly system: LocalSystem;
  /** Address of the API and the web page. */
  readonly url: string;
  /** Records that there are. */
  readonly total: number;
  /** Asks the API that programs use. */
  search(body: object): Promise<SearchAnswer>;
}

export interface SearchAnswer {
  readonly hits: {
    readonly total: number;
    readonly hits: readonly {
      readonly _id: string;
      readonly _source: Record<string, Record<string, string>>;
    }[];
  };
}

/** Starts a system of its own, publishes builds that are the same every time, and waits until all can be found. */
export async function startSystemWithBuilds(name: string): Promise<SystemWithBuilds> {
  const system = await startLocalSystem({
    stateDir: join(defaultFolders().stateDir, 'test', `${name}-${randomBytes(3).toString('hex')}`),
    cacheDir: defaultFolders().cacheDir,
    persistent: false,
    report: 'silent',
    onEvent: () => undefined,
  });
  const url = system.env.API_URL ?? '';
  const objects = [...sampleBuilds(samples, new Date('2026-01-01T00:00:00Z'), 7), hostileBuild()];
  await publish(createS3Client(system.config), system.config.S3_BUCKET, objects);
  const search = async (body: object) => {
    const response = await fetch(`${url}/api/search`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as SearchAnswer;
  };
  // A release of Firefox is a second record, of its beta.
  const twins = objects.filter(
    ({ body }) => /"product": "firefox"/.test(body) && /"channel": "release"/.test(body),
  );
  const total = objects.length + twins.length;
  await eventually(
    `${total} builds to be found`,
    async () => ((await search({ size: 0 })).hits.total === total ? true : undefined),
    120,
  );
  return { system, url, total, search, [Symbol.asyncDispose]: () => system.stop() };
}

function hostileBuild() {
  const text = hostileText;
  const build = {
    build: { id: '20260101000000', date: '2026-01-01T00:00:00Z', cc: text },
    source: { product: text, repository: 'javascript:alert(1)//', tree: text, revision: text },
    target: { platform: text, os: 'linux', locale: text, version: text, channel: text },
    download: { url: 'javascript:alert(1)', mimetype: text, size: 1, date: '2026-01-01T00:00:00Z' },
  };
  return { key: 'pub/hostile/buildhub.json', body: JSON.stringify(build, null, 2) };
}
