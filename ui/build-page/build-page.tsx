import { useEffect } from 'react';
import { PageFooter } from '../page/page-footer.tsx';
import { TopBar } from '../page/top-bar.tsx';
import { SearchIcon } from '../parts/icons.tsx';
import { Time } from '../parts/time.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { BuildRecord } from './build-record.tsx';
import { findBuild } from './find-builds.ts';
import { useLoaded } from './loaded-section.tsx';
import { NeighbourBuilds } from './neighbour-builds.tsx';
import { RawRecord, RecordSections } from './record-sections.tsx';
import { SiblingBuilds } from './sibling-builds.tsx';

/** The page of one build, by the id of its record. */
export function BuildPage({ id }: { id: string }) {
  const loaded = useLoaded(id, () => findBuild(id));
  const build = loaded.state === 'done' ? loaded.value : undefined;
  useEffect(() => {
    document.title = `${build ? buildTitle(build) : `Build ${id}`} – Buildhub`;
  }, [build, id]);
  return (
    <>
      <TopBar>
        <search className="search-box">
          <form action="/" method="get">
            <SearchIcon />
            <input type="search" name="q" aria-label="Search builds" placeholder="e.g. firefox 54 linux" />
          </form>
        </search>
      </TopBar>
      <main className="build-page" aria-busy={loaded.state === 'loading'}>
        {loaded.state === 'loading' && <p className="message soft">Loading build {id}…</p>}
        {loaded.state === 'failed' && (
          <section className="message failure" role="alert">
            <h1>Build {id} could not be loaded</h1>
            <p>{loaded.error.message}</p>
            <p className="actions">
              <button type="button" className="button primary" onClick={loaded.retry}>
                Try again
              </button>
            </p>
          </section>
        )}
        {loaded.state === 'done' && build === undefined && (
          <section className="message">
            <h1>No build with id {id}</h1>
            <p className="soft">
              Check the address. Records are never removed, but another Buildhub numbers its records
              differently.
            </p>
            <p className="actions">
              <a className="button primary" href="/">
                Search all builds
              </a>
            </p>
          </section>
        )}
        {build && <BuildView build={build} />}
      </main>
      <PageFooter />
    </>
  );
}

/** Everything about one build: what was published first, then what is around it. */
function BuildView({ build }: { build: BuildHit }) {
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
            published <Time at={published} />
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

/** A build in a few words: `firefox 68.0b7 linux-x86_64 en-US`. */
function buildTitle(build: BuildHit): string {
  return ['source.product', 'target.version', 'target.platform', 'target.locale']
    .map((field) => textAt(build, field))
    .filter(Boolean)
    .join(' ');
}
