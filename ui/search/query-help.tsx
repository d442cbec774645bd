import { useRef } from 'react';
import { useFilters } from '../facets/use-filters.ts';
import { CloseIcon, HelpIcon } from '../parts/icons.tsx';

const manual =
  'https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query#query-string-syntax';

/** Searches that show what can be written, and what they find. */
const examples: readonly (readonly [query: string, meaning: string])[] = [
  ['firefox 140 linux', 'Words are beginnings of values, and all of them must be there'],
  ['version:140.0b channel:beta', 'Only in one field, by its short name …'],
  ['target.locale:pt-BR', '… or by its path in the record'],
  ['build.id:20190603181408', 'One build id, on every platform'],
  ['revision:ed47966f79', 'Builds of a revision; a plain 7 to 40 digits of it do as well'],
  ['firefox -channel:nightly', 'Without what follows the minus'],
  ['fennec OR thunderbird', 'Either of two words'],
  ['download.size:>90000000', 'Larger than a number of bytes'],
  [
    "'target.version:[100 TO 102} AND target.os:(win OR mac)",
    'After a quote: the query language of Elasticsearch, untouched',
  ],
  [
    "'build.target:/aarch64.*/ AND _exists_:source.revision",
    'Regular expressions, and fields that must be there',
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
        aria-label="What can be searched for"
        title="What can be searched for"
        onClick={() => dialog.current?.showModal()}
      >
        <HelpIcon />
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="query-help-title">
        <div className="dialog-head">
          <h2 id="query-help-title">What can be searched for</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <p>Choose an example to try it; the filters stay as they are.</p>
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
          Fields by short name: product, version, channel, platform, os, locale, tree, repository, revision,
          buildid, url, size. After a quote everything of{' '}
          <a href={manual} rel="noreferrer">
            Elasticsearch’s query string
          </a>{' '}
          works. The key <kbd>/</kbd> goes to the search box.
        </p>
      </dialog>
    </>
  );
}
