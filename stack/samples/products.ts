/** How one product is released on one channel. */
export interface ReleaseLine {
  readonly product: string;
  readonly channel: string;
  /** Folder under `pub/`. */
  readonly directory: string;
  readonly tree: string;
  readonly repository: string;
  readonly platforms: readonly string[];
  readonly locales: readonly string[];
  /** Hours between two builds. */
  readonly every: number;
  /** Nightlies have their own paths, and a version without a number of the beta. */
  readonly kind: 'nightly' | 'beta' | 'release' | 'esr';
}

const desktop = ['linux-x86_64', 'linux-i686', 'linux-aarch64', 'mac', 'win32', 'win64', 'win64-aarch64'];
const locales = [
  'en-US',
  'ach',
  'ar',
  'cs',
  'de',
  'en-GB',
  'es-ES',
  'fr',
  'it',
  'ja',
  'nl',
  'pl',
  'pt-BR',
  'ru',
  'sv-SE',
  'zh-CN',
  'zh-TW',
];
const hg = 'https://hg.mozilla.org';

/** The release lines of Mozilla's products, simplified: what is built how often, from where, for which platforms. */
export const releaseLines: readonly ReleaseLine[] = [
  line('firefox', 'nightly', 'nightly', 'mozilla-central', `${hg}/mozilla-central`, 12, ['en-US']),
  line('firefox', 'beta', 'beta', 'mozilla-beta', `${hg}/releases/mozilla-beta`, 72),
  line('firefox', 'release', 'release', 'mozilla-release', `${hg}/releases/mozilla-release`, 336),
  line('firefox', 'esr', 'esr', 'mozilla-esr140', `${hg}/releases/mozilla-esr140`, 672),
  line('devedition', 'aurora', 'beta', 'mozilla-beta', `${hg}/releases/mozilla-beta`, 72),
  line('thunderbird', 'nightly', 'nightly', 'comm-central', `${hg}/comm-central`, 24, ['en-US']),
  line('thunderbird', 'beta', 'beta', 'comm-beta', `${hg}/releases/comm-beta`, 168),
  line('thunderbird', 'release', 'release', 'comm-release', `${hg}/releases/comm-release`, 672),
  fennec('nightly', 'nightly', 'mozilla-central', `${hg}/mozilla-central`, 24),
  fennec('release', 'release', 'mozilla-release', `${hg}/releases/mozilla-release`, 336),
];

/** The operating system, compiler target and file ending of each platform. */
export const platforms: Readonly<Record<string, { os: string; target: string; extension: string }>> = {
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

function line(
  product: string,
  channel: string,
  kind: ReleaseLine['kind'],
  tree: string,
  repository: string,
  every: number,
  itsLocales: readonly string[] = locales,
): ReleaseLine {
  return {
    product,
    channel,
    kind,
    tree,
    repository,
    every,
    directory: product,
    platforms: desktop,
    locales: itsLocales,
  };
}

function fennec(
  channel: string,
  kind: ReleaseLine['kind'],
  tree: string,
  repository: string,
  every: number,
): ReleaseLine {
  return {
    ...line('fennec', channel, kind, tree, repository, every, ['en-US', 'multi']),
    directory: 'mobile',
    platforms: ['android-api-16', 'android-x86_64', 'android-aarch64'],
  };
}
