import { formatAge, formatDate } from '../format/date.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { BuildRecord } from './build-record.tsx';
import { buildTitle } from './build-title.ts';
import { NeighbourBuilds } from './neighbour-builds.tsx';
import { RawRecord } from './raw-record.tsx';
import { RecordSections } from './record-sections.tsx';
import { SiblingBuilds } from './sibling-builds.tsx';

/** Everything about one build: what was published first, then what is around it. */
export function BuildView({ build }: { build: BuildHit }) {
  const published = textAt(build, 'download.date');
  const channel = textAt(build, 'target.channel');
  return (
    <>
      <header className="build-header">
        <h1>{buildTitle(build)}</h1>
        <p>
          <span className="channel" data-channel={channel}>
            {channel}
          </span>
          <span className="code">{textAt(build, 'build.id')}</span>
          <span className="soft">
            published <time dateTime={published}>{formatDate(published)}</time> UTC, {formatAge(published)}
          </span>
          <span className="soft">record {build.objectID}</span>
        </p>
      </header>
      <BuildRecord hit={build} hasOwnPage />
      <NeighbourBuilds build={build} />
      <SiblingBuilds build={build} />
      <RecordSections build={build} />
      <RawRecord build={build} />
    </>
  );
}
