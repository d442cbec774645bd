import { escapeUTF8 } from 'entities';
import { memberAt, numberText } from '../../schema/lossless-json.ts';
import { buildPagePath, recordPath } from '../builds/addresses.ts';
import { filterFields } from '../builds/filter/build-filter.ts';
import { type Hit, textOf, timeOf } from '../builds/filter/read-hits.ts';

/** A build in the feed. */
export interface FeedBuild extends Hit {
  readonly hash: string;
  readonly createdAt: Date;
}

/** Who names the entries (RFC 4151): the same at every address at which Buildhub is reached. */
const authority = 'tag:buildhub.moz.tools,2026:';

/** Fields that an entry has as categories, for readers that filter. */
const categories = ['product', 'channel', 'platform', 'locale', 'version', 'os', 'tree'] as const;

/**
 * An Atom feed (RFC 4287) of builds.
 *
 * @param query the query of the feed's address
 * @param publicUrl address of this server, without a slash at its end
 */
export function atomFeed(builds: readonly FeedBuild[], query: URLSearchParams, publicUrl: string): string {
  const filter = new URLSearchParams(query);
  filter.sort();
  const search = filter.size > 0 ? `?${filter}` : '';
  const feed = element(
    'feed',
    { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'en' },
    element('id', {}, `${authority}feed${search}`),
    element('title', {}, `Buildhub: ${describe(filter)}`),
    element('updated', {}, updatedAt(builds).toISOString()),
    element('author', {}, element('name', {}, 'Buildhub')),
    element('link', {
      rel: 'self',
      type: 'application/atom+xml',
      href: `${publicUrl}/api/feed.atom${search}`,
    }),
    element('link', { rel: 'alternate', type: 'text/html', href: `${publicUrl}/` }),
    ...builds.map((build) => entry(build, publicUrl)),
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n${feed.text}\n`;
}

/** When a feed last changed: when its youngest build came in. */
function updatedAt(builds: readonly FeedBuild[]): Date {
  return new Date(Math.max(0, ...builds.map(({ createdAt }) => createdAt.getTime())));
}

function entry({ id, hash, createdAt, build }: FeedBuild, publicUrl: string): Xml {
  const [product, version, channel, platform, locale] = (
    ['product', 'version', 'channel', 'platform', 'locale'] as const
  ).map((name) => textOf(build, filterFields[name]));
  const buildId = textOf(build, 'build.id');
  const title = `${product} ${version} ${channel} ${platform} ${locale}${buildId ? `, build ${buildId}` : ''}`;
  return element(
    'entry',
    {},
    element('id', {}, authority + hash),
    element('title', {}, title),
    element('published', {}, publishedAt(textOf(build, 'download.date')) ?? createdAt.toISOString()),
    element('updated', {}, createdAt.toISOString()),
    element('link', { rel: 'alternate', type: 'text/html', href: publicUrl + buildPagePath(id) }),
    element('link', { rel: 'related', type: 'application/json', href: publicUrl + recordPath(id) }),
    ...enclosure(build),
    ...categories.flatMap((name) => {
      const term = textOf(build, filterFields[name]);
      return term === '' ? [] : [element('category', { term, scheme: `${authority}${filterFields[name]}` })];
    }),
    element('summary', {}, summary(build)),
  );
}

function enclosure(build: Hit['build']): Xml[] {
  const href = textOf(build, 'download.url');
  // Anybody may publish a build, so nothing but an address of the web becomes a link.
  if (!URL.canParse(href) || !/^https?:$/.test(new URL(href).protocol)) return [];
  const size = numberText(memberAt(build, 'download', 'size'));
  const type = textOf(build, 'download.mimetype');
  return [
    element('link', {
      rel: 'enclosure',
      href: new URL(href).href,
      type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : undefined,
      length: size !== undefined && /^\d+$/.test(size) ? size : undefined,
    }),
  ];
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

/** XML that is complete in itself. */
export class Xml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 cannot hold in any form
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** An element; texts among its children and its attributes are escaped, and what XML cannot hold becomes U+FFFD. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Xml | string | undefined)[]
): Xml {
  const written = Object.entries(attributes).flatMap(([attribute, value]) =>
    value === undefined ? [] : [` ${attribute}="${escapeXml(value)}"`],
  );
  const content = children
    .map((child) => (child instanceof Xml ? child.text : escapeXml(child ?? '')))
    .join('');
  return new Xml(`<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`);
}

function escapeXml(text: string): string {
  return escapeUTF8(text.toWellFormed().replace(NOT_IN_XML, '\ufffd'));
}
