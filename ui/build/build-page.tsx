import { useEffect } from 'react';
import { PageFooter } from '../page/page-footer.tsx';
import { TopBar } from '../page/top-bar.tsx';
import { SearchIcon } from '../parts/icons.tsx';
import { buildTitle } from './build-title.ts';
import { BuildView } from './build-view.tsx';
import { findBuild } from './find-builds.ts';
import { useLoaded } from './use-loaded.ts';

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
            <h1>There is no build {id}</h1>
            <p className="soft">
              Records are never removed, so the address may be mistyped, or come from another Buildhub: each
              numbers its records by itself.
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
