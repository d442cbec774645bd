import { useRef } from 'react';
import { useFilters } from '../facets/use-filters.ts';
import { CloseIcon, HelpIcon } from '../parts/icons.tsx';

const manual =
  'https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query#query-string-syntax';

/** Searches that show what can be written, and what they find. */
const examples: readonly (readonly [query: string, meaning: string])[] = [
  ['firefox 140 linux', 'Each word matches the beginning of a value; all words must match'],
  ['version:140.0b channel:beta', 'Search one field by its short name'],
  ['target.locale:pt-BR', 'Search one field by its path in the record'],
  ['build.id:20190603181408', 'One build id, on every platform'],
  ['revision:ed47966f79', 'Builds of a revision; 6 to 40 digits alone also work'],
  ['firefox -channel:nightly', 'Exclude what follows the minus sign'],
  ['fennec OR thunderbird', 'Either of two words'],
  ['download.size:>90000000', 'Larger than this many bytes'],
  [
    "'target.version:[100 TO 102} AND target.os:(win OR mac)",
    'After a quote: Elasticsearch’s query string syntax, unchanged',
  ],
  [
    "'build.target:/aarch64.*/ AND _exists_:source.revision",
    'Regular expressions, and fields that must exist',
  ],
];

/** A button that opens what the search understands, with examples to try. */
export function QueryHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const { setQuery } = useFilters();
  const close = () => dialog.current?.close();
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="Search syntax"
        title="Search syntax"
        onClick={() => dialog.current?.showModal()}
      >
        <HelpIcon />
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="query-help-title">
        <div className="dialog-head">
          <h2 id="query-help-title">Search syntax</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <p>Select an example to try it. Filters are kept.</p>
        <ul className="examples">
          {examples.map(([query, meaning]) => (
            <li key={query}>
              <button
                type="button"
                onClick={() => {
                  setQuery(query);
                  close();
                }}
              >
                <code>{query}</code>
              </button>
              <span>{meaning}</span>
            </li>
          ))}
        </ul>
        <p className="soft">
          Short field names: product, version, channel, platform, os, locale, tree, repository, revision,
          buildid, url, size. After a quote, all of{' '}
          <a href={manual} rel="noreferrer">
            Elasticsearch’s query string
          </a>{' '}
          works. Press <kbd>/</kbd> to go to the search box.
        </p>
      </dialog>
    </>
  );
}
