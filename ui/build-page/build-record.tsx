import { formatAge } from '../format/date.ts';
import { formatSize } from '../format/numbers.ts';
import { revisionUrl, safeUrl } from '../links/links.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { recordGroups } from './record-fields.ts';
import { RecordLinks } from './record-links.tsx';

/** Everything that was published about a build, and the ways on from it. */
export function BuildRecord({ hit, hasOwnPage = false }: { hit: BuildHit; hasOwnPage?: boolean }) {
  return (
    <div className="record">
      <RecordLinks hit={hit} hasOwnPage={hasOwnPage} />
      <div className="record-groups">
        {recordGroups.map(({ label, fields }) => {
          const present = fields.filter(([field]) => textAt(hit, field) !== '');
          if (present.length === 0) return null;
          return (
            <section key={label} aria-label={label}>
              <h2>{label}</h2>
              <dl>
                {present.map(([field, name]) => (
                  <div key={field}>
                    <dt title={field}>{name}</dt>
                    <dd>
                      <RecordValue hit={hit} field={field} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </div>
  );
}

const copied: Readonly<Record<string, string>> = {
  'build.id': 'build ID',
  'source.revision': 'revision',
  'download.url': 'download URL',
};

/** One value of a record as it was published, with what helps to read or use it. */
function RecordValue({ hit, field }: { hit: BuildHit; field: string }) {
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
