import { ThemeIcon } from '../parts/icons.tsx';
import { chooseTheme, currentTheme } from './theme.ts';

/** Changes between light and dark colours. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Change between light and dark colours"
      title="Light or dark"
      onClick={() => chooseTheme(currentTheme() === 'dark' ? 'light' : 'dark')}
    >
      <ThemeIcon />
    </button>
  );
}
