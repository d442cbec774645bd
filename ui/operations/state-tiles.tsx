import type { OperationsState } from '../../api/operations/state-route.ts';
import { formatAge, formatDate } from '../format/date.ts';
import { formatCount, formatSeconds } from '../format/numbers.ts';
import { safeUrl } from '../links/links.ts';

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
  /** Whether an operator should look at it. */
  readonly isAlert?: boolean;
  readonly href?: string | undefined;
}

/** What an operator looks at first, one number each. */
export function StateTiles({ state }: { state: OperationsState }) {
  return (
    <dl className="tiles">
      {tilesOf(state).map(({ label, value, note, isAlert = false, href }) => (
        <div key={label} className="tile" data-alert={isAlert}>
          <dt>{href ? <a href={href}>{label}</a> : label}</dt>
          <dd>
            <strong>{value}</strong>
            {note !== undefined && <span className="soft">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The server stops counting here. */
const mostUnindexed = 10_000;

function tilesOf(state: OperationsState): Tile[] {
  const { queue, dead_letters: dead, failures, unindexed, workers, newest_build_at: newest } = state;
  const { retrying } = state;
  const count = (value: number | null | undefined) => (value == null ? '?' : formatCount(value));
  const failed = failures && failures.invalid + failures.missing + failures.unreadable;
  const letters = dead && dead.waiting + dead.in_flight;
  const oldest = state.oldest_message_seconds;
  return [
    {
      label: 'Messages waiting',
      value: count(queue?.waiting),
      note: `in the queue; ${count(queue?.in_flight)} in flight`,
    },
    {
      label: 'Oldest message',
      value: oldest === null ? '?' : oldest === 0 ? 'none' : `up to ${formatSeconds(oldest)}`,
      note: 'in the queue',
      isAlert: (oldest ?? 0) > 600,
    },
    {
      label: 'Being retried',
      value: count(retrying),
      note: retrying ? 'ingestions waiting for a service' : 'ingestions in Temporal',
      isAlert: (retrying ?? 0) > 0,
      href: safeUrl(state.retrying_url),
    },
    {
      label: 'Dead letters',
      value: count(letters),
      note: 'in the dead-letter queue',
      isAlert: (letters ?? 0) > 0,
      href: '#dead-letters',
    },
    {
      label: 'Failures',
      value: count(failed),
      note: 'objects and messages',
      isAlert: (failed ?? 0) > 0,
      href: '#failures',
    },
    {
      label: 'Not searchable',
      value: `${count(unindexed)}${unindexed === mostUnindexed ? ' or more' : ''}`,
      note: 'builds not in the index',
      isAlert: (unindexed ?? 0) > 0,
    },
    {
      label: 'Newest build',
      value: newest === null ? (state.builds === null ? '?' : 'none') : (formatAge(newest) ?? newest),
      note: newest === null ? undefined : formatDate(newest),
    },
    {
      label: 'Workers',
      value: count(workers),
      note: workers === 0 ? 'nothing is ingested' : 'processes polling Temporal',
      isAlert: workers === 0,
    },
  ];
}
