import { formatDate } from '../format/date.ts';
import { buildPath } from '../links/links.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { buildTitle } from './build-title.ts';
import { findBuilds } from './find-builds.ts';
import { LoadedSection } from './loaded-section.tsx';
import { useLoaded } from './use-loaded.ts';

/** Other records of the same download: a file that was published again with other content, or a release's beta twin. */
export function OtherRecords({ build }: { build: BuildHit }) {
  const url = textAt(build, 'download.url');
  const loaded = useLoaded(build.objectID, async () => {
    if (url === '') return [];
    const { hits } = await findBuilds({
      size: 50,
      query: {
        bool: { filter: [{ term: { 'download.url': url } }], must_not: [{ term: { id: build.objectID } }] },
      },
      sort: [{ 'download.date': 'desc' }],
    });
    return hits;
  });
  return (
    <LoadedSection title="Other records of the same download" loaded={loaded}>
      {(hits) =>
        hits.length === 0 ? (
          <p className="soft">There is none: it was published once.</p>
        ) : (
          <ul className="other-records">
            {hits.map((hit) => (
              <li key={hit.objectID}>
                <a href={buildPath(hit.objectID)}>{buildTitle(hit)}</a> {textAt(hit, 'target.channel')}{' '}
                <span className="soft">
                  published {formatDate(textAt(hit, 'download.date'))}, record {hit.objectID}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </LoadedSection>
  );
}
