import type { BuildHit } from '../search/build-hit.ts';
import { textAt } from '../search/build-hit.ts';
import { recordGroups } from './record-fields.ts';
import { RecordLinks } from './record-links.tsx';
import { RecordValue } from './record-value.tsx';

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
