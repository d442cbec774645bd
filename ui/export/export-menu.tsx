import type { IndexUiState } from 'instantsearch.js';
import { fromRefinement } from '../facets/date-range.ts';
import { allFacets, chosenValues } from '../facets/facets.ts';
import { formatBuilds } from '../format/numbers.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { additionsOf, hasResults } from '../search/build-hit.ts';
import { useFailure, useSearch } from '../search/search-context.tsx';
import { orderOf, sortOrders } from '../search/sort-orders.ts';

/** Downloads of the results, and the same search for programs. */
export function ExportMenu() {
  const { results } = useSearch();
  const failure = useFailure();
  return (
    <Menu label="Export" icon={<DownloadIcon />} isDisabled={failure !== undefined || !hasResults(results)}>
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
        {/* As downloads, they do not replace the page if the server refuses them. */}
        {['csv', 'ndjson'].map((format) => (
          <a
            key={format}
            className="button"
            href={apiAddress('/api/export', indexUiState, { ...sort, format })}
            download
          >
            {format.toUpperCase()}
          </a>
        ))}
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

const dates = [
  ['download.date', 'from', 'to'],
  ['build.date', 'built_from', 'built_to'],
] as const;

/**
 * The address of a part of the API that takes a filter (`/api/export`, `/api/feed.atom`), for the search that the page
 * shows.
 *
 * @param more parameters of that part alone
 */
export function apiAddress(path: string, state: IndexUiState, more: Record<string, string> = {}): string {
  const parameters = new URLSearchParams();
  if (state.query) parameters.append('q', state.query);
  for (const { field } of allFacets) {
    // The API names a filter by the last part of its field.
    const [, name = ''] = field.split('.');
    for (const value of chosenValues(state, field)) parameters.append(name, value);
  }
  for (const [field, start, end] of dates) {
    const { from, to } = fromRefinement(state.range?.[field]);
    if (from !== undefined) parameters.append(start, new Date(from).toISOString());
    if (to !== undefined) parameters.append(end, new Date(to).toISOString());
  }
  for (const [name, value] of Object.entries(more)) parameters.append(name, value);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The parameter for the order of an export. */
export function sortParameter(state: IndexUiState): Record<string, string> {
  const order = orderOf(state.sortBy);
  return order === sortOrders[0] ? {} : { sort: order.name };
}
