import { type ReactNode, useEffect } from 'react';
import { OperationsIcon, ThemeIcon } from '../parts/icons.tsx';
import { switchTheme } from './theme.ts';

interface PageFrameProps {
  /** Undefined if the page sets its own. */
  readonly title?: string;
  /** The first link: its text, and the id of the part that it moves the focus to. */
  readonly skip?: readonly [text: string, id: string];
  /** In the header, beside the links that every page has. */
  readonly bar?: ReactNode;
  readonly children: ReactNode;
}

/** The header and the footer of every page. */
export function PageFrame({ title, skip, bar, children }: PageFrameProps) {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} – Buildhub`;
  }, [title]);
  return (
    <>
      {skip && (
        <a
          className="skip-link"
          href={`#${skip[1]}`}
          onClick={(event) => {
            // InstantSearch treats a new fragment as the back button, and keeps the next search out of the address.
            event.preventDefault();
            document.getElementById(skip[1])?.focus();
          }}
        >
          {skip[0]}
        </a>
      )}
      <header className="top-bar">
        <a className="brand" href="/">
          <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="7" />
            <path d="M8 21.5l8 4.5 8-4.5M8 16l8 4.5L24 16M16 6l8 4.5-8 4.5-8-4.5z" />
          </svg>
          <span>Buildhub</span>
        </a>
        {bar}
        <span className="top-links">
          <a className="icon-button" href="/operations" aria-label="Operations" title="Operations">
            <OperationsIcon />
          </a>
          <button
            type="button"
            className="icon-button"
            aria-label="Switch between light and dark theme"
            title="Light or dark"
            onClick={switchTheme}
          >
            <ThemeIcon />
          </button>
        </span>
      </header>
      {children}
      <footer className="page-footer soft">
        <p>Buildhub: metadata for every build of Firefox, Thunderbird and Mozilla’s other products.</p>
        <ul>
          <li>
            <a href="/docs">Documentation</a>
          </li>
          <li>
            <a href="/api/docs">API</a>
          </li>
        </ul>
      </footer>
    </>
  );
}

/** Scrolls to the part that the address names, which did not exist when the browser looked for it. */
export function ScrollToHash() {
  useEffect(() => document.getElementById(window.location.hash.slice(1))?.scrollIntoView(), []);
  return null;
}
