type Theme = 'light' | 'dark';

const name = 'buildhub.theme';

/** Applies the theme that a person chose before; otherwise the system's applies. */
export function applyStoredTheme(): void {
  try {
    const stored = localStorage.getItem(name);
    if (stored === 'light' || stored === 'dark') document.documentElement.dataset.theme = stored;
  } catch {
    // The browser stores nothing; the system's theme applies.
  }
}

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Applies a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(name, theme);
  } catch {
    // The browser stores nothing; the choice lasts as long as the page.
  }
}
