import { basename } from 'node:path';

/** How one product is released on one channel. */
export interface ReleaseLine {
  readonly product: string;
  readonly channel: string;
  /** Folder under `pub/`. */
  readonly directory: string;
  readonly tree: string;
  readonly repository: string;
  readonly platforms: readonly Platform[];
  readonly locales: readonly string[];
  /** Hours between two builds. */
  readonly every: number;
  /** Nightlies have their own paths, and a version without a number of the beta. */
  readonly kind: 'nightly' | 'beta' | 'release' | 'esr';
}

const desktop: Pick<ReleaseLine, 'platforms' | 'locales'> = {
  platforms: ['linux-x86_64', 'linux-i686', 'linux-aarch64', 'mac', 'win32', 'win64', 'win64-aarch64'],
  locales: 'en-US ach ar cs de en-GB es-ES fr it ja nl pl pt-BR ru sv-SE zh-CN zh-TW'.split(' '),
};
const android: Partial<ReleaseLine> = {
  directory: 'mobile',
  platforms: ['android-api-16', 'android-x86_64', 'android-aarch64'],
  locales: ['en-US', 'multi'],
};

/** The release lines of Mozilla's products, simplified: what is built how often, from where, for which platforms. */
export const releaseLines: readonly ReleaseLine[] = [
  line('firefox', 'nightly', 'nightly', 'mozilla-central', 12, { locales: ['en-US'] }),
  line('firefox', 'beta', 'beta', 'releases/mozilla-beta', 72),
  line('firefox', 'release', 'release', 'releases/mozilla-release', 336),
  line('firefox', 'esr', 'esr', 'releases/mozilla-esr140', 672),
  line('devedition', 'aurora', 'beta', 'releases/mozilla-beta', 72),
  line('thunderbird', 'nightly', 'nightly', 'comm-central', 24, { locales: ['en-US'] }),
  line('thunderbird', 'beta', 'beta', 'releases/comm-beta', 168),
  line('thunderbird', 'release', 'release', 'releases/comm-release', 672),
  line('fennec', 'nightly', 'nightly', 'mozilla-central', 24, android),
  line('fennec', 'release', 'release', 'releases/mozilla-release', 336, android),
];

/** The operating system, compiler target and file ending of each platform. */
export const platforms = {
  'linux-x86_64': { os: 'linux', target: 'x86_64-pc-linux-gnu', extension: 'tar.xz' },
  'linux-i686': { os: 'linux', target: 'i686-pc-linux-gnu', extension: 'tar.xz' },
  'linux-aarch64': { os: 'linux', target: 'aarch64-unknown-linux-gnu', extension: 'tar.xz' },
  mac: { os: 'mac', target: 'x86_64-apple-darwin', extension: 'dmg' },
  win32: { os: 'win', target: 'i686-pc-mingw32', extension: 'exe' },
  win64: { os: 'win', target: 'x86_64-pc-mingw32', extension: 'exe' },
  'win64-aarch64': { os: 'win', target: 'aarch64-pc-mingw32', extension: 'exe' },
  'android-api-16': { os: 'android', target: 'arm-linux-androideabi', extension: 'apk' },
  'android-x86_64': { os: 'android', target: 'x86_64-pc-linux-android', extension: 'apk' },
  'android-aarch64': { os: 'android', target: 'aarch64-linux-android', extension: 'apk' },
};

export type Platform = keyof typeof platforms;

function line(
  product: string,
  channel: string,
  kind: ReleaseLine['kind'],
  path: string,
  every: number,
  more: Partial<ReleaseLine> = {},
): ReleaseLine {
  const repository = `https://hg.mozilla.org/${path}`;
  const tree = basename(path);
  return { product, channel, kind, tree, repository, every, directory: product, ...desktop, ...more };
}
