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

/** Switches between light and dark, and remembers the choice. */
export function switchTheme(): void {
  const { dataset } = document.documentElement;
  const system = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  dataset.theme = (dataset.theme ?? system) === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(name, dataset.theme);
  } catch {
    // The browser stores nothing; the choice lasts as long as the page.
  }
}
