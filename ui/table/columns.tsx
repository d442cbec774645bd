import type { ReactNode } from 'react';
import { formatAge, formatDate } from '../format/date.ts';
import { formatSize } from '../format/numbers.ts';
import { buildPath, pushlogUrl, revisionUrl, safeUrl, treeherderUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Highlighted } from '../parts/highlighted.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { type BuildHit, textAt, valueAt } from '../search/build-hit.ts';

/** A column of the results. */
export interface Column {
  /** Path of the field that it shows, which is its name everywhere. */
  readonly field: string;
  readonly label: string;
  /** Among those that are shown until a person chooses. */
  readonly isUsual?: boolean;
  /** Left out where the page is narrow; the expanded row has it. */
  readonly isWide?: boolean;
  readonly className?: string;
  render?(hit: BuildHit): ReactNode;
}

/** All columns, in their order; those without a way to render show the text, with what matched marked. */
export const columns: readonly Column[] = [
  { field: 'source.product', label: 'Product', isUsual: true, render: product },
  { field: 'target.version', label: 'Version', isUsual: true, className: 'strong' },
  { field: 'target.channel', label: 'Channel', isUsual: true, isWide: true, render: channel },
  { field: 'target.platform', label: 'Platform', isUsual: true, render: platform },
  { field: 'target.os', label: 'OS' },
  { field: 'target.locale', label: 'Locale', isUsual: true, isWide: true },
  { field: 'source.tree', label: 'Tree', isUsual: true, isWide: true },
  { field: 'download.size', label: 'Size', isUsual: true, isWide: true, className: 'number', render: size },
  { field: 'download.date', label: 'Published', isUsual: true, render: (hit) => date(hit, 'download.date') },
  { field: 'build.date', label: 'Built', render: (hit) => date(hit, 'build.date') },
  { field: 'build.id', label: 'Build ID', isUsual: true, isWide: true, className: 'code', render: buildId },
  {
    field: 'source.revision',
    label: 'Revision',
    isUsual: true,
    isWide: true,
    className: 'code',
    render: revision,
  },
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

/** The text of a column with what matched marked. */
export function highlightedText(hit: BuildHit, field: string): string {
  const highlight = valueAt(hit._highlightResult, `${field}.value`);
  return typeof highlight === 'string' ? highlight : textAt(hit, field);
}

/** Where the page is narrow, two columns share a cell, one below the other. */
function product(hit: BuildHit): ReactNode {
  return (
    <>
      <Highlighted text={highlightedText(hit, 'source.product')} />
      <span className="narrow-only">{channel(hit)}</span>
    </>
  );
}

function platform(hit: BuildHit): ReactNode {
  return (
    <>
      <Highlighted text={highlightedText(hit, 'target.platform')} />
      <span className="narrow-only">{textAt(hit, 'target.locale')}</span>
    </>
  );
}

function channel(hit: BuildHit): ReactNode {
  const value = textAt(hit, 'target.channel');
  return (
    <span className="channel" data-channel={value}>
      <Highlighted text={highlightedText(hit, 'target.channel')} />
    </span>
  );
}

function size(hit: BuildHit): ReactNode {
  const bytes = hit.download?.size;
  if (bytes === undefined) return null;
  const address = safeUrl(hit.download?.url);
  const text = formatSize(bytes);
  if (address === undefined) return text;
  return (
    <a className="download" href={address} title={`Download, ${bytes.toLocaleString('en')} bytes`}>
      <DownloadIcon />
      <span className="visually-hidden">Download, </span>
      {text}
    </a>
  );
}

function date(hit: BuildHit, field: string): ReactNode {
  const published = textAt(hit, field);
  if (published === '') return null;
  const time = (
    <time dateTime={published} title={`${published}, ${formatAge(published) ?? 'some time'}`}>
      <DateAndTime text={formatDate(published)} />
    </time>
  );
  return field === 'download.date' ? <a href={buildPath(hit.objectID)}>{time}</a> : time;
}

/** The time of day goes below the day where the page is narrow. */
function DateAndTime({ text }: { text: string }) {
  const [day, ...time] = text.split(' ');
  if (time.length === 0) return text;
  return (
    <>
      {day}
      <span className="time-of-day"> {time.join(' ')}</span>
    </>
  );
}

function buildId(hit: BuildHit): ReactNode {
  const id = textAt(hit, 'build.id');
  if (id === '') return null;
  return (
    <>
      <Highlighted text={highlightedText(hit, 'build.id')} />
      <CopyButton text={id} name={`build ID ${id}`} />
    </>
  );
}

function revision(hit: BuildHit): ReactNode {
  const id = hit.source?.revision;
  if (!hit.source || !id) return null;
  const short = id.slice(0, 6);
  const page = revisionUrl(hit.source);
  const pushlog = pushlogUrl(hit.source);
  const treeherder = treeherderUrl(hit.source);
  return (
    <>
      {page ? <a href={page}>{short}</a> : short}
      {pushlog && (
        <a className="minor" href={pushlog} title="Pushlog">
          log<span className="visually-hidden"> of the push of {short}</span>
        </a>
      )}
      {treeherder && (
        <a className="minor" href={treeherder} title="Test results">
          CI<span className="visually-hidden"> results of {short}</span>
        </a>
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
