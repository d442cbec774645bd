type Theme = 'light' | 'dark';

const name = 'buildhub.theme';

/** Uses the colours that a person has chosen before; else the system's choice holds. */
export function applyStoredTheme(): void {
  try {
    const stored = localStorage.getItem(name);
    if (stored === 'light' || stored === 'dark') document.documentElement.dataset.theme = stored;
  } catch {
    // Where nothing is remembered, the system's choice holds.
  }
}

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Uses these colours from now on. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(name, theme);
  } catch {
    // The choice holds for this page.
  }
}
