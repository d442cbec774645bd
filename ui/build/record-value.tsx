import { formatAge } from '../format/date.ts';
import { formatSize } from '../format/size.ts';
import { revisionUrl, safeUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';

const copied: Readonly<Record<string, string>> = {
  'build.id': 'build ID',
  'source.revision': 'revision',
  'download.url': 'download URL',
};

/** One value of a record as it was published, with what helps to read or use it. */
export function RecordValue({ hit, field }: { hit: BuildHit; field: string }) {
  const text = textAt(hit, field);
  const address = field === 'source.revision' ? hit.source && revisionUrl(hit.source) : safeUrl(text);
  const name = copied[field];
  return (
    <>
      {address ? <a href={address}>{text}</a> : text}
      {field === 'download.size' && <span className="soft"> bytes, {formatSize(Number(text))}</span>}
      {field.endsWith('.date') && <span className="soft"> {formatAge(text)}</span>}
      {name && <CopyButton text={text} name={name} />}
    </>
  );
}
