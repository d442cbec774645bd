/** How to take part in the project, https://www.contributejson.org/ in the form that Mozilla's projects use. */
const contribute = {
  name: 'buildhub',
  description: "Mozilla's build metadata: ingested durably, searchable by people and programs",
  repository: {
    url: 'https://github.com/mozilla-releng/buildhub2',
    license: 'MPL 2.0',
    type: 'git',
  },
  participate: {
    home: 'https://wiki.mozilla.org/Buildhub',
    docs: 'https://buildhub2.readthedocs.io/en/latest/',
    matrix: 'https://chat.mozilla.org/#/room/#releaseduty:mozilla.org',
  },
  bugs: {
    list: 'https://github.com/mozilla-releng/buildhub2/issues',
    report: 'https://github.com/mozilla-releng/buildhub2/issues/new',
  },
  urls: {
    prod: 'https://buildhub.moz.tools/',
  },
  keywords: ['TypeScript', 'Temporal', 'Hono', 'PostgreSQL', 'Elasticsearch', 'React', 'SearchKit'],
};

const text = `${JSON.stringify(contribute, undefined, 3)}\n`;

/** `/contribute.json`, which the page takes its links from. */
export function contributeHandler(): Response {
  return new Response(text, {
    headers: { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) },
  });
}
