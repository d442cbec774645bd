import { useEffect, useRef, useState } from 'react';
import { useSearchBox } from 'react-instantsearch';
import { SearchIcon } from '../parts/icons.tsx';

/** Milliseconds after the last key until the search starts. */
const pause = 200;

/** Elements in which a key is text. */
const typed = 'textarea, select, input:not([type="checkbox"], [type="radio"], [type="range"])';

/** The words to search for; results follow the typing. The key `/` moves the focus here. */
export function SearchBox() {
  const { query, refine } = useSearchBox();
  const [text, setText] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const searched = useRef(query);

  const searchFor = (next: string) => {
    clearTimeout(timer.current);
    searched.current = next;
    refine(next);
  };
  const onType = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => searchFor(next), pause);
  };

  // The words also change by the back button, an example or a reset.
  useEffect(() => {
    if (query === searched.current) return;
    clearTimeout(timer.current);
    searched.current = query;
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
