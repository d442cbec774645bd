import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { formatDate } from '../format/date.ts';
import { buildPath } from '../links/links.ts';

/** What else was made of the same object: other contents of its key, and a release's twin on the beta channel. */
export function OtherRecords({ record: { related } }: { record: BuildRecord }) {
  const { twin, same_object } = related;
  const others = [
    ...(twin
      ? [{ ...twin, label: twin.relation === 'release' ? 'The release itself' : 'Its beta twin' }]
      : []),
    ...same_object.map((other) => ({
      ...other,
      label: other.relation === 'older' ? 'Older content' : 'Newer content',
    })),
  ];
  if (others.length === 0)
    return <p className="soft">There is none: the object was written once, as one record.</p>;
  return (
    <ul className="other-records">
      {others.map(({ id, hash, created_at, label }) => (
        <li key={id}>
          <a href={buildPath(id)}>
            {label}, record {id}
          </a>{' '}
          <span className="soft">
            inserted {formatDate(created_at)}, <span className="code">{hash}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
