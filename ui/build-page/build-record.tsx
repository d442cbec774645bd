import type { Build } from '../../schema/build.ts';
import { revisionLink } from '../../schema/revision-links.ts';
import { formatSize } from '../format/numbers.ts';
import { buildPath, pushlogUrl, safeUrl, treeherderUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { Time } from '../parts/time.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { columns } from '../table/columns.tsx';

const groups = ['Target', 'Source', 'Download', 'Build'];

interface BuildRecordProps {
  readonly hit: BuildHit;
  /** The record as it was published; undefined while it is being loaded. */
  readonly published: Build | undefined;
  readonly hasOwnPage?: boolean;
}

/** Everything that was published about a build, with links to related pages. */
export function BuildRecord({ hit, published, hasOwnPage = false }: BuildRecordProps) {
  const record = published ?? hit;
  const download = safeUrl(hit.download?.url);
  const { source } = hit;
  const links = [
    ['Revision', revisionLink(source?.repository, source?.revision)],
    ['Pushlog', source && pushlogUrl(source)],
    ['Test results', source && treeherderUrl(source)],
  ] as const;
  return (
    <div className="record">
      <p className="actions">
        {!hasOwnPage && (
          <a className="button primary" href={buildPath(hit.objectID)}>
            Open build
          </a>
        )}
        {download && (
          <a className={`button ${hasOwnPage ? 'primary' : ''}`} href={download}>
            <DownloadIcon />
            Download
          </a>
        )}
        {links.map(
          ([label, address]) =>
            address && (
              <a key={label} className="button" href={address}>
                {label}
              </a>
            ),
        )}
        <CopyButton text={published && jsonOf(published)} name="record as JSON">
          Copy JSON
        </CopyButton>
      </p>
      <div className="record-groups">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h2>{group}</h2>
            <dl>
              {columns
                .filter(({ field }) => field.startsWith(`${group.toLowerCase()}.`))
                .filter(({ field }) => textAt(record, field) !== '')
                .map(({ field, label }) => (
                  <div key={field}>
                    <dt title={field}>{label}</dt>
                    <dd>
                      <RecordValue record={record} field={field} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </div>
  );
}

/** A record as text, with the digits of its numbers as they were published. */
export function jsonOf(build: Build): string {
  return `${JSON.stringify(build, null, 2)}\n`;
}

const copied: Readonly<Record<string, string>> = {
  'build.id': 'build ID',
  'source.revision': 'revision',
  'download.url': 'download URL',
};

/** One value of a record, with what helps to read or use it. */
function RecordValue({ record, field }: { record: Partial<Build>; field: string }) {
  const text = textAt(record, field);
  if (field.endsWith('.date')) return <Time at={text} />;
  if (field === 'download.size') {
    return (
      <>
        {formatSize(Number(text))} <span className="soft">{text} bytes</span>
      </>
    );
  }
  const address = field === 'source.revision' ? revisionLink(record.source?.repository, text) : safeUrl(text);
  const name = copied[field];
  return (
    <>
      {address ? <a href={address}>{text}</a> : text}
      {name && <CopyButton text={text} name={name} />}
    </>
  );
}
