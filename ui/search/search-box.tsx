import { useEffect, useRef, useState } from 'react';
import { useSearchBox } from 'react-instantsearch';
import { SearchIcon } from '../parts/icons.tsx';

/** Milliseconds without a key after which the search is made. */
const pause = 200;

/** Where a key is text. */
const typed = 'textarea, select, input:not([type="checkbox"], [type="radio"], [type="range"])';

/** The words to search for; the search follows the typing. The key `/` goes to it from anywhere. */
export function SearchBox() {
  const { query, refine } = useSearchBox();
  const [text, setText] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(query);

  const searchFor = (next: string) => {
    clearTimeout(timer.current);
    asked.current = next;
    refine(next);
  };
  const onType = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => searchFor(next), pause);
  };

  // The words also change elsewhere: by the back button, an example, a reset.
  useEffect(() => {
    if (query === asked.current) return;
    asked.current = query;
    setText(query);
  }, [query]);

  useEffect(() => {
    // On a phone the keyboard would cover the page.
    if (window.matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches(typed);
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <search className="search-box">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          searchFor(text);
        }}
      >
        <SearchIcon />
        <input
          ref={input}
          type="search"
          aria-label="Search builds"
          placeholder="e.g. firefox 54 linux"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          maxLength={2_000}
          value={text}
          onChange={(event) => onType(event.target.value)}
        />
        <span className="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
