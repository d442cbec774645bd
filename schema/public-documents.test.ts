import { expect, it } from 'vitest';
import { readBuilds } from './published-build.ts';

/** A record of the first Buildhub, as its documentation has it (mozilla-services/buildhub, docs/api.rst), without what Kinto adds. */
const record = {
  target: { platform: 'macosx', os: 'mac', version: '50.0b11', channel: 'beta', locale: 'el' },
  build: {
    id: '20161027110534',
    date: '2016-10-27T11:05:34Z',
    number: 2,
    as: '$(CC)',
    ld: 'ldd',
    cc: '/usr/bin/ccache gcc -std=gnu99',
    cxx: 'g++',
    host: 'x86_64-pc-linux-gnu',
    target: 'x86_64-pc-linux-gnu',
  },
  source: {
    tree: 'releases/mozilla-beta',
    product: 'firefox',
    revision: '829a3f99f2606759305e3db204185242566a4ca6',
    repository: 'https://hg.mozilla.org/releases/mozilla-beta',
  },
  download: {
    mimetype: 'application/x-apple-diskimage',
    date: '2016-10-28T00:56:42Z',
    size: 86_180_614,
    url: 'https://archive.mozilla.org/pub/firefox/releases/50.0b11/mac/el/Firefox 50.0b11.dmg',
  },
};
type Part = keyof typeof record;

function changed(parts: Partial<Record<Part, object>>): string {
  const sections = Object.entries(record).map(([name, part]) => [name, { ...part, ...parts[name as Part] }]);
  return JSON.stringify(Object.fromEntries(sections));
}

// The hashes are CPython's, by what Buildhub2 did.
it.each([
  ['the record itself', changed({}), ['v1:a448b7ebb04e5687010446606bc4ea14']],
  [
    'a release of Fennec, which has no twin',
    changed({
      source: { product: 'fennec' },
      target: {
        platform: 'android-api-16',
        os: 'android',
        version: '68.11.0',
        channel: 'release',
        locale: 'multi',
      },
    }),
    ['v1:5630711a66e371f1847b9b0b237b4864'],
  ],
  [
    'an extended support release of Thunderbird',
    changed({
      source: {
        product: 'thunderbird',
        tree: 'comm-esr140',
        repository: 'https://hg.mozilla.org/releases/comm-esr140',
      },
      target: {
        platform: 'win64-aarch64',
        os: 'win',
        version: '140.1.0esr',
        channel: 'esr',
        locale: 'en-US',
      },
    }),
    ['v1:635f8faedc304d33e27c45d3ca9595c6'],
  ],
  [
    'what informulate.py writes, before beetmover fills in where it went',
    changed({
      download: {
        date: '2019-10-16T21:24:22.032307Z',
        url: 'target.installer.exe',
        mimetype: 'application/octet-stream',
      },
    }),
    ['v1:7f7443b790ff07f36d8bcca2afc3c24f'],
  ],
  [
    'a size as an S3 inventory has it',
    changed({}).replace('86180614', '2E+10'),
    ['v1:ff22e7888ca1f02c7c20530356ba4188'],
  ],
  [
    'a release of Firefox, and its twin',
    changed({ target: { channel: 'release', version: '140.0.1' } }),
    ['v1:e6c488bc64a5811f1c8246054fd2fc20', 'v1:0089cd7202dddf270ceefd21e3912d86'],
  ],
])('%s is a build', (_, text, hashes) => {
  expect(readBuilds(text).map(({ hash }) => hash)).toEqual(hashes);
});
