import type { Build } from '../../schema/build.ts';

const locales = ['en-US', 'de', 'en-GB', 'fr', 'pt-BR', 'ach', 'ja', 'zh-CN', 'zh-TW', 'ru'];
const platforms = { win32: 'win', win64: 'win', 'linux-x86_64': 'linux', 'linux-i686': 'linux' } as const;

/** Builds of two releases, 40 each. */
export function testBuilds(): Build[] {
  const releases = [
    ['69.0', '20190827005903', '2019-08-27T00:59:03Z'],
    ['70.0', '20191016161957', '2019-10-16T16:19:57Z'],
  ] as const;
  return releases.flatMap(([version, id, date]) =>
    Object.entries(platforms).flatMap(([platform, os]) =>
      locales.map(
        (locale): Build => ({
          build: { id, date, target: `x86_64-${os}` },
          source: { product: 'firefox', tree: 'mozilla-release', revision: `${version.length}d9f90f0f5` },
          target: { platform, os, locale, version, channel: 'release' },
          download: {
            url: `https://archive.mozilla.org/pub/firefox/${version}/${platform}/${locale}.zip`,
            mimetype: 'application/octet-stream',
            size: 51_516_392,
            date,
          },
        }),
      ),
    ),
  );
}
