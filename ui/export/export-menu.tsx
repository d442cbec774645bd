import { useInstantSearch } from 'react-instantsearch';
import { formatBuilds } from '../format/count.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { type BuildHit, recordOf, textAt } from '../search/build-hit.ts';
import { additionsOf } from '../search/found-builds.ts';
import type { Column } from '../table/columns.tsx';
import { toCsv } from './csv.ts';
import { curlCommand } from './curl.ts';
import { saveFile } from './save-file.ts';

/** Ways to take along what is shown, or to ask a program for it. */
export function ExportMenu({ columns }: { columns: readonly Column[] }) {
  return (
    <Menu label="Export" icon={<DownloadIcon />}>
      <ExportChoices columns={columns} />
    </Menu>
  );
}

function ExportChoices({ columns }: { columns: readonly Column[] }) {
  const { results } = useInstantSearch();
  const { search } = additionsOf(results);
  const hits = results.hits as unknown as BuildHit[];
  const body = { ...search, size: Math.max(hits.length, 1) };
  const command = curlCommand(window.location.origin, body);
  const saveCsv = () => {
    const rows = hits.map((hit) => columns.map(({ field }) => textAt(hit, field)));
    const names = columns.map(({ field }) => field);
    saveFile('builds.csv', 'text/csv', toCsv(names, rows));
  };
  const saveLines = () => {
    const lines = hits.map((hit) => `${JSON.stringify({ id: hit.objectID, ...recordOf(hit) })}\n`);
    saveFile('builds.ndjson', 'application/x-ndjson', lines.join(''));
  };
  return (
    <div className="export">
      <h2>This page, {formatBuilds(hits.length)}</h2>
      <p className="actions">
        <button type="button" className="button" onClick={saveCsv} title="The columns that are shown">
          CSV
        </button>
        <button type="button" className="button" onClick={saveLines} title="Whole records, one a line">
          NDJSON
        </button>
      </p>
      <h2>This search, for programs</h2>
      <ScrollFrame label="The search as a curl command">
        <pre>{command}</pre>
      </ScrollFrame>
      <p className="actions">
        <CopyButton text={command} name="curl command">
          Copy as curl
        </CopyButton>
        <CopyButton text={JSON.stringify(body, null, 2)} name="body of the request">
          Copy body
        </CopyButton>
        <CopyButton text={window.location.href} name="link to this search">
          Copy link
        </CopyButton>
      </p>
    </div>
  );
}
