import { formatBuilds } from '../format/numbers.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { additionsOf } from '../search/build-hit.ts';
import { useSearch } from '../search/search-context.tsx';
import { apiAddress, sortParameter } from './api-address.ts';

/** Downloads of the results, and the same search for programs. */
export function ExportMenu() {
  return (
    <Menu label="Export" icon={<DownloadIcon />}>
      <ExportChoices />
    </Menu>
  );
}

function ExportChoices() {
  const { results, indexUiState } = useSearch();
  const { search } = additionsOf(results);
  const body = { ...search, size: Math.max(results.hits.length, 1) };
  const command = curlCommand(window.location.origin, body);
  const sort = sortParameter(indexUiState);
  return (
    <div className="export">
      <h2>All results ({formatBuilds(results.nbHits)})</h2>
      <p className="actions">
        <a className="button" href={apiAddress('/api/export', indexUiState, { ...sort, format: 'csv' })}>
          CSV
        </a>
        <a className="button" href={apiAddress('/api/export', indexUiState, { ...sort, format: 'ndjson' })}>
          NDJSON
        </a>
        <a className="button" href={apiAddress('/api/feed.atom', indexUiState)}>
          Atom feed
        </a>
        <CopyButton text={window.location.href} name="link to this search">
          Copy link
        </CopyButton>
      </p>
      <h2>For programs</h2>
      <ScrollFrame label="The search as a curl command">
        <pre>{command}</pre>
      </ScrollFrame>
      <p className="actions">
        <CopyButton text={command} name="curl command">
          Copy as curl
        </CopyButton>
        <CopyButton text={JSON.stringify(body, null, 2)} name="request body">
          Copy body
        </CopyButton>
        <a className="button" href="/api/docs">
          API reference
        </a>
      </p>
    </div>
  );
}

/** A shell command that posts a search to the API of this server. */
export function curlCommand(origin: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${origin}/api/search -d '${json}'`;
}
