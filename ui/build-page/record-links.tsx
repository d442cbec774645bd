import { buildPath, pushlogUrl, revisionUrl, safeUrl, treeherderUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { type BuildHit, recordOf } from '../search/build-hit.ts';

/** Where to go from a build. */
export function RecordLinks({ hit, hasOwnPage }: { hit: BuildHit; hasOwnPage: boolean }) {
  const download = safeUrl(hit.download?.url);
  const { source } = hit;
  const links: [string, string | undefined][] = [
    ['Revision', source && revisionUrl(source)],
    ['Pushlog', source && pushlogUrl(source)],
    ['Test results', source && treeherderUrl(source)],
  ];
  return (
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
      <CopyButton text={`${JSON.stringify(recordOf(hit), null, 2)}\n`} name="record as JSON">
        Copy JSON
      </CopyButton>
    </p>
  );
}
