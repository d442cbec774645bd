import { createHash } from 'node:crypto';
import { type Platform, platforms, type ReleaseLine, releaseLines } from './products.ts';
import { Random } from './random.ts';

/** A buildhub.json as the build automation would put it into the bucket. */
export interface SampleObject {
  readonly key: string;
  /** JSON text, indented by two, with sorted keys, as Mozilla's build writes it. */
  readonly body: string;
}

const hour = 3_600_000;
const day = 24 * hour;

/** About how many files a day of all release lines has. */
const filesPerDay = 110;

interface Choice {
  readonly line: ReleaseLine;
  readonly time: number;
  readonly version: string;
  /** The release automation counts the candidates of a version: build1, build2, ... */
  readonly candidate: number;
  readonly platform: Platform;
  readonly locale: string;
}

/**
 * Realistic builds across products, channels, platforms, locales and dates: a random choice from a calendar that ends
 * at `until` and reaches back a year, or further if there are many. The same arguments give the same builds.
 */
export function* generateBuilds(count: number, until: Date, seed = 1): Generator<SampleObject> {
  const random = new Random(seed);
  const end = Math.floor(until.getTime() / hour) * hour;
  const start = end - Math.max(365, Math.ceil(count / filesPerDay) * 1.3) * day;
  const choices = [...calendar(start, end)];
  for (let left = Math.min(count, choices.length); left > 0; left--) {
    const at = random.integer(0, choices.length - 1);
    const [choice] = choices.splice(at, 1, ...choices.splice(-1));
    if (choice) yield render(choice, random);
  }
}

function* calendar(start: number, end: number): Generator<Choice> {
  for (const line of releaseLines) {
    const candidates = new Map<string, number>();
    const interval = line.every * hour;
    for (let time = end - Math.floor((end - start) / interval) * interval; time <= end; time += interval) {
      const version = versionOf(line, time, end);
      const candidate = (candidates.get(version) ?? 0) + 1;
      candidates.set(version, candidate);
      for (const platform of line.platforms) {
        for (const locale of line.locales) yield { line, time, version, candidate, platform, locale };
      }
    }
  }
}

function render(choice: Choice, random: Random): SampleObject {
  const { line, time, version, platform, locale } = choice;
  const { os, target, extension } = platforms[platform];
  // All platforms and locales of one build have the same id, version and revision.
  const buildRandom = new Random(
    createHash('sha1').update(`${line.product} ${line.channel} ${time}`).digest().readInt32BE(),
  );
  const built = new Date(time - buildRandom.integer(18_000, 24_000) * 1_000);
  const id = built.toISOString().replace(/\D/g, '').slice(0, 14);
  const published = new Date(built.getTime() + random.integer(1_800, 18_000) * 1_000);
  const paths = pathsOf(choice, built, extension);
  const compiler = os === 'win' ? 'clang-cl' : 'clang';
  const fetches = os === 'win' ? 'z:/task/fetches/clang/bin' : '/builds/worker/fetches/clang/bin';
  const document = {
    build: {
      as: `${fetches}/${compiler} -std=gnu99`,
      cc: `${fetches}/${compiler} -std=gnu99`,
      cxx: `${fetches}/${compiler}${os === 'win' ? '' : '++'}`,
      date: `${built.toISOString().slice(0, 19)}Z`,
      host: os === 'win' ? 'x86_64-pc-mingw32' : 'x86_64-pc-linux-gnu',
      id,
      target,
    },
    download: {
      date: `${published.toISOString().slice(0, 19)}.${String(random.integer(0, 999_999)).padStart(6, '0')}+00:00`,
      mimetype: 'application/octet-stream',
      size: random.integer(48_000_000, 96_000_000),
      url: `https://archive.mozilla.org/${paths.download}`,
    },
    source: {
      product: line.product,
      repository: line.repository,
      revision: createHash('sha1').update(`${line.tree} ${id}`).digest('hex'),
      tree: line.tree,
    },
    target: { channel: line.channel, locale, os, platform, version },
  };
  return { key: paths.key, body: `${JSON.stringify(document, null, 2)}\n` };
}

/** A new major version every four weeks, counted back from the end of the calendar. */
function versionOf({ kind, every, product }: ReleaseLine, time: number, end: number): string {
  const cycle = 28 * day;
  const into = end - time;
  const major =
    (product === 'fennec' ? 68 : 148) - Math.min(Math.floor(into / cycle), product === 'fennec' ? 20 : 120);
  const step = Math.max(1, Math.floor((cycle - (into % cycle)) / (every * hour)) + 1);
  if (kind === 'nightly') return `${major}.0a1`;
  if (kind === 'beta') return `${major - 1}.0b${step}`;
  if (kind === 'esr') return `140.${Math.max(0, 8 - Math.floor(into / cycle))}.0esr`;
  return step === 1 ? `${major - 2}.0` : `${major - 2}.0.${step - 1}`;
}

function pathsOf(
  { line: { directory, product, kind, tree }, version, candidate, platform, locale }: Choice,
  built: Date,
  extension: string,
): { key: string; download: string } {
  const name = `${product}-${version}`;
  if (kind === 'nightly') {
    const [year, month, date, hours, minutes, seconds] = built.toISOString().split(/\D/);
    const stamp = [year, month, date, hours, minutes, seconds].join('-');
    const folder = `pub/${directory}/nightly/${year}/${month}/${stamp}-${tree}/${name}.${locale}.${platform}`;
    return { key: `${folder}.buildhub.json`, download: `${folder}.${extension}` };
  }
  const folder = `pub/${directory}/candidates/${version}-candidates/build${candidate}/${platform}/${locale}`;
  return { key: `${folder}/buildhub.json`, download: `${folder}/${name}.${extension}` };
}
