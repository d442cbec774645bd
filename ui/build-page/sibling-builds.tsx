import { formatBuilds } from '../format/numbers.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { toAddress } from '../search/url-state.ts';
import { findBuilds, sameAs } from './find-builds.ts';
import { LoadedSection, useLoaded } from './loaded-section.tsx';
import { SiblingGrid } from './sibling-grid.tsx';

const most = 1_000;

/** The builds with the same build id: other platforms and locales, and the same under another version or channel. */
export function SiblingBuilds({ build }: { build: BuildHit }) {
  const id = textAt(build, 'build.id');
  const loaded = useLoaded(build.objectID, async () => {
    if (id === '') return { hits: [], total: 0 };
    return await findBuilds({
      size: most,
      query: { bool: { filter: sameAs(build, ['build.id', 'source.product']) } },
      sort: [{ 'target.locale': 'asc' }, { 'target.platform': 'asc' }],
      _source: ['target', 'source.product', 'build.id'],
    });
  });
  return (
    <LoadedSection title="Same build, other platforms and locales" loaded={loaded}>
      {({ hits, total }) => (
        <>
          {total <= 1 ? (
            <p className="soft">No other build has this id.</p>
          ) : (
            <p className="soft">
              {formatBuilds(total)} with the id {id}
              {total > most && `, of which the first ${most} are here`}.{' '}
              <a href={`/${toAddress({ query: `build.id:${id}` })}`}>Search these builds</a>
            </p>
          )}
          {total > 1 && <SiblingGrid build={build} siblings={hits} />}
        </>
      )}
    </LoadedSection>
  );
}
