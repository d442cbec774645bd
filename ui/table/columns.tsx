import type { ReactNode } from 'react';
import { revisionLink } from '../../schema/revision-links.ts';
import { formatAge, formatDate } from '../format/date.ts';
import { formatSize } from '../format/numbers.ts';
import { buildPath, pushlogUrl, safeUrl, treeherderUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { type BuildHit, textAt, valueAt } from '../search/build-hit.ts';

/** Widths of a page: a phone, a window, and one that has room for all usual columns. */
export type Width = 'narrow' | 'wide' | 'full';

export interface Column {
  /** Path of the field that it shows, which is its name everywhere. */
  readonly field: string;
  readonly label: string;
  /** From which width of the page it is shown by default. */
  readonly shownFrom?: Width;
  /** Field that goes below this one on a narrow page that has no column for it. */
  readonly below?: string;
  readonly className?: string;
  /** By default a column shows the text, with what matched marked. */
  render?(hit: BuildHit, field: string): ReactNode;
}

export const columns: readonly Column[] = [
  {
    field: 'source.product',
    label: 'Product',
    shownFrom: 'narrow',
    className: 'product',
    below: 'target.channel',
  },
  { field: 'target.version', label: 'Version', shownFrom: 'narrow', className: 'strong', render: version },
  { field: 'target.channel', label: 'Channel', shownFrom: 'wide' },
  { field: 'target.platform', label: 'Platform', shownFrom: 'narrow', below: 'target.locale' },
  { field: 'target.os', label: 'OS' },
  { field: 'target.locale', label: 'Locale', shownFrom: 'wide' },
  { field: 'source.tree', label: 'Tree', shownFrom: 'full' },
  { field: 'download.date', label: 'Published', shownFrom: 'narrow', className: 'date', render: date },
  { field: 'build.date', label: 'Built', className: 'date', render: date },
  { field: 'build.id', label: 'Build ID', shownFrom: 'wide', className: 'code', render: buildId },
  { field: 'source.revision', label: 'Revision', shownFrom: 'wide', className: 'code', render: revision },
  { field: 'download.size', label: 'Size', shownFrom: 'wide', className: 'number', render: size },
  { field: 'build.number', label: 'Number', className: 'number' },
  { field: 'source.repository', label: 'Repository' },
  { field: 'build.target', label: 'Compiler target' },
  { field: 'build.host', label: 'Compiler host' },
  { field: 'build.cc', label: 'C compiler' },
  { field: 'build.cxx', label: 'C++ compiler' },
  { field: 'build.as', label: 'Assembler' },
  { field: 'build.ld', label: 'Linker' },
  { field: 'download.mimetype', label: 'Type' },
  { field: 'download.url', label: 'URL', render: url },
];

/** Characters for private use that the API puts around what matched, as no value of a build holds them. */
const marked = /\uE000([^\uE001]*)\uE001/g;

/** A text with what matched marked. It is never parsed as HTML. */
function Highlighted({ text }: { text: string }) {
  const parts = text.split(marked);
  if (parts.length === 1) return text;
  return parts.map((part, at) =>
    // The parts between the marks and those within alternate.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
    at % 2 === 1 ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
  );
}

/** The text of a field, with what matched marked. */
export function plainCell(hit: BuildHit, field: string): ReactNode {
  const highlight = valueAt(hit._highlightResult, `${field}.value`);
  const text = <Highlighted text={typeof highlight === 'string' ? highlight : textAt(hit, field)} />;
  if (field !== 'target.channel') return text;
  return (
    <span className="channel" data-channel={textAt(hit, field)}>
      {text}
    </span>
  );
}

function version(hit: BuildHit): ReactNode {
  if (textAt(hit, 'target.version') === '') return null;
  return <a href={buildPath(hit.objectID)}>{plainCell(hit, 'target.version')}</a>;
}

function size(hit: BuildHit): ReactNode {
  const bytes = textAt(hit, 'download.size');
  if (bytes === '') return null;
  const address = safeUrl(hit.download?.url);
  const text = formatSize(Number(bytes));
  if (address === undefined) return text;
  return (
    <a className="download" href={address} aria-label={`Download, ${text}`} title="Download">
      <DownloadIcon />
      {text}
    </a>
  );
}

/** On a narrow page the time of day goes below the day. */
function date(hit: BuildHit, field: string): ReactNode {
  const at = textAt(hit, field);
  if (at === '') return null;
  const [day, ...time] = formatDate(at).split(' ');
  return (
    <time dateTime={at} title={[at, formatAge(at)].filter(Boolean).join(', ')}>
      {day}
      {time.length > 0 && <span className="time-of-day"> {time.join(' ')}</span>}
    </time>
  );
}

function buildId(hit: BuildHit): ReactNode {
  const id = textAt(hit, 'build.id');
  if (id === '') return null;
  return (
    <>
      {plainCell(hit, 'build.id')}
      <CopyButton text={id} name={`build ID ${id}`} />
    </>
  );
}

/** Long enough to find the revision again, here and elsewhere. */
const shownDigits = 12;

function revision(hit: BuildHit): ReactNode {
  const id = hit.source?.revision;
  if (!hit.source || !id) return null;
  const short = id.slice(0, shownDigits);
  const page = revisionLink(hit.source.repository, id);
  const links = [
    { text: 'log', title: 'Pushlog', address: pushlogUrl(hit.source) },
    { text: 'CI', title: 'Test results', address: treeherderUrl(hit.source) },
  ];
  return (
    <>
      {page ? <a href={page}>{short}</a> : short}
      {links.map(
        ({ text, title, address }) =>
          address && (
            <a
              key={text}
              className="minor soft"
              href={address}
              title={title}
              aria-label={`${text}: ${title} of ${short}`}
            >
              {text}
            </a>
          ),
      )}
      <CopyButton text={id} name={`revision ${short}`} />
    </>
  );
}

function url(hit: BuildHit): ReactNode {
  const text = textAt(hit, 'download.url');
  const address = safeUrl(text);
  return address ? <a href={address}>{text}</a> : text;
}
