import { formatAge, formatDate } from '../format/date.ts';

/** A date that was published, and how long ago that is. */
export function Time({ at }: { at: string }) {
  const age = formatAge(at);
  return (
    <>
      <time dateTime={at} title={at}>
        {formatDate(at)}
      </time>
      {age && <span className="soft"> {age}</span>}
    </>
  );
}
