import { formatDate } from '../format/date.ts';
import { buildPath, pushlogBetweenUrl } from '../links/links.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { findBuilds, sameAs } from './find-builds.ts';
import { LoadedSection, useLoaded } from './loaded-section.tsx';

const line = ['source.product', 'source.tree', 'target.channel', 'target.platform', 'target.locale'];

/** The builds of the same kind right before and after this one, with what was pushed in between. */
export function NeighbourBuilds({ build }: { build: BuildHit }) {
  const date = textAt(build, 'build.date');
  const loaded = useLoaded(build.objectID, async () => {
    if (date === '') return { earlier: undefined, later: undefined };
    const [earlier, later] = await Promise.all([
      nextTo(build, { lt: date }, 'desc'),
      nextTo(build, { gt: date }, 'asc'),
    ]);
    return { earlier, later };
  });
  return (
    <LoadedSection title="Before and after" loaded={loaded}>
      {({ earlier, later }) => (
        <ul className="neighbours">
          <Neighbour label="Earlier" build={earlier} older={earlier} newer={build} />
          <Neighbour label="Later" build={later} older={build} newer={later} />
        </ul>
      )}
    </LoadedSection>
  );
}

interface NeighbourProps {
  readonly label: string;
  readonly build: BuildHit | undefined;
  readonly older: BuildHit | undefined;
  readonly newer: BuildHit | undefined;
}

function Neighbour({ label, build, older, newer }: NeighbourProps) {
  const pushlog = older?.source && newer?.source && pushlogBetweenUrl(older.source, newer.source);
  return (
    <li>
      <span className="soft">{label}</span>
      {build === undefined ? (
        <span>none of the same product, tree, channel, platform and locale</span>
      ) : (
        <>
          <a href={buildPath(build.objectID)}>
            {textAt(build, 'target.version')} <span className="code">{textAt(build, 'build.id')}</span>
          </a>
          <span className="soft">built {formatDate(textAt(build, 'build.date'))}</span>
          {pushlog && <a href={pushlog}>View pushlog</a>}
        </>
      )}
    </li>
  );
}

async function nextTo(build: BuildHit, range: object, order: 'asc' | 'desc'): Promise<BuildHit | undefined> {
  const { hits } = await findBuilds({
    size: 1,
    query: { bool: { filter: [...sameAs(build, line), { range: { 'build.date': range } }] } },
    sort: [{ 'build.date': order }],
  });
  return hits[0];
}
