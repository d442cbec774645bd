import { formatBuilds, formatCount } from '../format/numbers.ts';
import { buildPath, pushlogBetweenUrl } from '../links/links.ts';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { Time } from '../parts/time.tsx';
import { type BuildHit, describe, textAt } from '../search/build-hit.ts';
import { toAddress } from '../search/url-state.ts';
import { findBuilds, sameAs } from './find-builds.ts';
import { LoadedSection, useLoaded } from './loaded-section.tsx';

const lineFields = ['source.product', 'source.tree', 'target.channel', 'target.platform', 'target.locale'];

/** The builds of the same kind right before and after this one, with what was pushed in between. */
export function NeighbourBuilds({ build }: { build: BuildHit }) {
  const date = textAt(build, 'build.date');
  const loaded = useLoaded(build.objectID, async () => {
    if (date === '') return [];
    const [earlier, later] = await Promise.all([
      nextTo(build, { lt: date }, 'desc'),
      nextTo(build, { gt: date }, 'asc'),
    ]);
    return [
      { label: 'Earlier', found: earlier, older: earlier, newer: build },
      { label: 'Later', found: later, older: build, newer: later },
    ];
  });
  return (
    <LoadedSection title="Before and after" loaded={loaded}>
      {(neighbours) => (
        <ul className="neighbours">
          {neighbours.length === 0 && <li>This build has no date.</li>}
          {neighbours.map(({ label, found, older, newer }) => {
            const pushlog = older?.source && newer?.source && pushlogBetweenUrl(older.source, newer.source);
            return (
              <li key={label}>
                <span className="soft">{label}</span>
                {found === undefined ? (
                  <span>none of the same product, tree, channel, platform and locale</span>
                ) : (
                  <>
                    <a href={buildPath(found.objectID)}>
                      {textAt(found, 'target.version')}{' '}
                      <span className="code">{textAt(found, 'build.id')}</span>
                    </a>
                    <span>
                      built <Time at={textAt(found, 'build.date')} />
                    </span>
                    {pushlog && <a href={pushlog}>View pushlog</a>}
                  </>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </LoadedSection>
  );
}

async function nextTo(build: BuildHit, range: object, order: 'asc' | 'desc'): Promise<BuildHit | undefined> {
  const { hits } = await findBuilds({
    size: 1,
    query: { bool: { filter: [...sameAs(build, lineFields), { range: { 'build.date': range } }] } },
    sort: [{ 'build.date': order }],
  });
  return hits[0];
}

const mostSiblings = 1_000;
const releaseFields = ['source.product', 'target.version', 'target.channel'];

/**
 * The builds with the same build id as grids of locales and platforms: one for each version and channel, starting with
 * those of this build.
 */
export function SiblingBuilds({ build }: { build: BuildHit }) {
  const id = textAt(build, 'build.id');
  const loaded = useLoaded(build.objectID, async () => {
    if (id === '') return { hits: [], total: 0 };
    return await findBuilds({
      size: mostSiblings,
      query: { bool: { filter: sameAs(build, ['build.id', 'source.product']) } },
      sort: [{ 'target.locale': 'asc' }, { 'target.platform': 'asc' }],
      _source: ['target', 'source.product', 'build.id'],
    });
  });
  const own = describe(build, releaseFields);
  const products = [textAt(build, 'source.product')].filter(Boolean);
  return (
    <LoadedSection title="Same build, other platforms and locales" loaded={loaded}>
      {({ hits, total }) => {
        if (total <= 1) return <p className="soft">No other build has this build ID.</p>;
        const groups = Map.groupBy(hits, (hit) => describe(hit, releaseFields));
        const releases = [...groups.keys()].sort((one, other) => Number(other === own) - Number(one === own));
        return (
          <>
            <p className="soft">
              {formatBuilds(total)} with build ID {id}
              {total > mostSiblings && `; the first ${formatCount(mostSiblings)} are shown`}.{' '}
              <a
                href={`/${toAddress({ query: `build.id:${id}`, refinementList: { 'source.product': products } })}`}
              >
                Search these builds
              </a>
            </p>
            {releases.map((release) => (
              <Grid key={release} release={release} own={build.objectID} builds={groups.get(release) ?? []} />
            ))}
          </>
        );
      }}
    </LoadedSection>
  );
}

function Grid({ release, own, builds }: { release: string; own: string; builds: readonly BuildHit[] }) {
  const platforms = [...new Set(builds.map((hit) => textAt(hit, 'target.platform')))].sort();
  const locales = Map.groupBy(builds, (hit) => textAt(hit, 'target.locale'));
  return (
    <ScrollFrame label={release}>
      <table className="grid">
        <caption>{release}</caption>
        <thead>
          <tr>
            <th scope="col">Locale</th>
            {platforms.map((platform) => (
              <th key={platform} scope="col">
                {platform}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...locales].map(([locale, ofLocale]) => (
            <tr key={locale}>
              <th scope="row">{locale}</th>
              {platforms.map((platform) => (
                <td key={platform}>
                  {ofLocale
                    .filter((hit) => textAt(hit, 'target.platform') === platform)
                    .map(({ objectID }) =>
                      objectID === own ? (
                        <strong key={objectID} aria-current="page">
                          this one
                        </strong>
                      ) : (
                        <a
                          key={objectID}
                          href={buildPath(objectID)}
                          aria-label={`${objectID}, ${locale} for ${platform}`}
                        >
                          {objectID}
                        </a>
                      ),
                    )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}
