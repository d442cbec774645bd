import type { ReactNode } from 'react';
import { OperationsIcon, ThemeIcon } from '../parts/icons.tsx';
import { chooseTheme, currentTheme } from './theme.ts';

/** The header of every page: the way home, what the page puts there, and the theme. */
export function TopBar({ children }: { children: ReactNode }) {
  return (
    <header className="top-bar">
      <a className="brand" href="/">
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="7" />
          <path d="M8 21.5l8 4.5 8-4.5M8 16l8 4.5L24 16M16 6l8 4.5-8 4.5-8-4.5z" />
        </svg>
        <span>Buildhub</span>
      </a>
      {children}
      <span className="top-links">
        <a className="icon-button" href="/operations" aria-label="Operations" title="Operations">
          <OperationsIcon />
        </a>
        <ThemeToggle />
      </span>
    </header>
  );
}

function ThemeToggle() {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Switch between light and dark theme"
      title="Light or dark"
      onClick={() => chooseTheme(currentTheme() === 'dark' ? 'light' : 'dark')}
    >
      <ThemeIcon />
    </button>
  );
}
