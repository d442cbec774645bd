import { html } from 'hono/html';
import { memberAt, numberText } from '../../schema/lossless-json.ts';
import { buildPagePath, recordPath } from '../builds/addresses.ts';
import { filterFields } from '../builds/filter/build-filter.ts';
import { type Hit, textOf, timeOf } from '../builds/filter/read-hits.ts';

export interface FeedBuild extends Hit {
  readonly hash: string;
  readonly createdAt: Date;
}

/** Who names the entries (RFC 4151): the same at every address at which Buildhub is reached. */
const authority = 'tag:buildhub.moz.tools,2026:';

/** Fields that an entry has as categories, for readers that filter. */
const categories = ['product', 'channel', 'platform', 'locale', 'version', 'os', 'tree'] as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 cannot hold in any form
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * An Atom feed (RFC 4287) of builds. What XML cannot hold becomes U+FFFD.
 *
 * @param query the query of the feed's address
 * @param publicUrl address of this server, without a slash at its end
 */
export function atomFeed(builds: readonly FeedBuild[], query: URLSearchParams, publicUrl: string): string {
  const filter = new URLSearchParams(query);
  filter.sort();
  const search = filter.size > 0 ? `?${filter}` : '';
  // When its youngest build came in.
  const updated = new Date(Math.max(0, ...builds.map(({ createdAt }) => createdAt.getTime())));
  const feed = html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>${authority}feed${search}</id>
  <title>Buildhub: ${describe(filter)}</title>
  <updated>${updated.toISOString()}</updated>
  <author><name>Buildhub</name></author>
  <link rel="self" type="application/atom+xml" href="${publicUrl}/api/feed.atom${search}"/>
  <link rel="alternate" type="text/html" href="${publicUrl}/"/>${builds.map((build) => entry(build, publicUrl))}
</feed>
`;
  return feed.toString().toWellFormed().replace(NOT_IN_XML, '\ufffd');
}

function entry({ id, hash, createdAt, build }: FeedBuild, publicUrl: string) {
  const title = (['product', 'version', 'channel', 'platform', 'locale'] as const)
    .map((name) => textOf(build, filterFields[name]))
    .join(' ');
  const buildId = textOf(build, 'build.id');
  const terms = categories.map((name) => [filterFields[name], textOf(build, filterFields[name])] as const);
  return html`
  <entry>
    <id>${authority}${hash}</id>
    <title>${title}${buildId && `, build ${buildId}`}</title>
    <published>${publishedAt(textOf(build, 'download.date')) ?? createdAt.toISOString()}</published>
    <updated>${createdAt.toISOString()}</updated>
    <link rel="alternate" type="text/html" href="${publicUrl}${buildPagePath(id)}"/>
    <link rel="related" type="application/json" href="${publicUrl}${recordPath(id)}"/>${enclosure(build)}${terms
      .filter(([, term]) => term !== '')
      .map(
        ([field, term]) => html`
    <category term="${term}" scheme="${authority}${field}"/>`,
      )}
    <summary>${summary(build)}</summary>
  </entry>`;
}

function enclosure(build: Hit['build']) {
  const href = textOf(build, 'download.url');
  // Anybody may publish a build, so nothing but an address of the web becomes a link.
  if (!URL.canParse(href) || !/^https?:$/.test(new URL(href).protocol)) return undefined;
  const size = numberText(memberAt(build, 'download', 'size')) ?? '';
  const type = textOf(build, 'download.mimetype');
  return html`
    <link rel="enclosure" href="${new URL(href).href}"${
      /^[\w.+-]+\/[\w.+-]+$/.test(type) && html` type="${type}"`
    }${/^\d+$/.test(size) && html` length="${size}"`}/>`;
}

function summary(build: Hit['build']): string {
  const facts = [
    ['Built', textOf(build, 'build.date')],
    ['Published', textOf(build, 'download.date')],
    ['Tree', textOf(build, 'source.tree')],
    ['Revision', textOf(build, 'source.revision')],
  ];
  return facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** RFC 3339, or undefined for a date that only Elasticsearch understands. */
function publishedAt(text: string): string | undefined {
  const time = timeOf(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function describe(filter: URLSearchParams): string {
  const words = [...filter].filter(([name]) => name !== 'limit').map(([name, value]) => `${name} ${value}`);
  return words.length > 0 ? words.join(', ') : 'all new builds';
}
