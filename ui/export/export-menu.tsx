import { formatBuilds } from '../format/numbers.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { additionsOf, type BuildHit, textAt } from '../search/build-hit.ts';
import { useSearch } from '../search/search-context.tsx';
import type { Column } from '../table/columns.tsx';
import { apiAddress, sortParameter } from './api-address.ts';

/** Downloads of the results, and the same search for programs. */
export function ExportMenu({ columns }: { columns: readonly Column[] }) {
  return (
    <Menu label="Export" icon={<DownloadIcon />}>
      <ExportChoices columns={columns} />
    </Menu>
  );
}

function ExportChoices({ columns }: { columns: readonly Column[] }) {
  const { results, indexUiState } = useSearch();
  const { search } = additionsOf(results);
  const hits = results.hits as unknown as BuildHit[];
  const body = { ...search, size: Math.max(hits.length, 1) };
  const command = curlCommand(window.location.origin, body);
  const sort = sortParameter(indexUiState);
  const save = () => {
    const rows = hits.map((hit) => columns.map(({ field }) => textAt(hit, field)));
    const names = columns.map(({ field }) => field);
    saveFile('builds.csv', 'text/csv', toCsv(names, rows));
  };
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
      <h2>This page and its columns ({formatBuilds(hits.length)})</h2>
      <p className="actions">
        <button type="button" className="button" onClick={save}>
          CSV of this page
        </button>
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

function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Rows as CSV (RFC 4180), after a line with the names. */
export function toCsv(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A shell command that posts a search to the API of this server. */
export function curlCommand(origin: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${origin}/api/search -d '${json}'`;
}
