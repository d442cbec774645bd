import { useEffect, useState } from 'react';
import { safeUrl } from '../links/links.ts';

/** The foot of every page. */
export function PageFooter() {
  return (
    <footer className="page-footer">
      <p>
        Builds of Firefox, Thunderbird and the rest, as published beside each of them in{' '}
        <code>buildhub.json</code>. Dates are UTC. Programs ask the <a href="/api/docs">API</a>.
      </p>
      <ProjectLinks />
    </footer>
  );
}

interface Contribute {
  readonly repository?: { readonly url?: string; readonly license?: string };
  readonly participate?: { readonly docs?: string };
  readonly bugs?: { readonly report?: string };
}

/** Where documentation, bugs and source are, as the server's contribute.json says; nothing where it does not. */
function ProjectLinks() {
  const [contribute, setContribute] = useState<Contribute>();
  useEffect(() => {
    const stop = new AbortController();
    fetch('/contribute.json', { signal: stop.signal })
      .then(async (response) => (response.ok ? setContribute(await response.json()) : undefined))
      .catch(() => undefined);
    return () => stop.abort();
  }, []);
  const links = [
    ['Documentation', safeUrl(contribute?.participate?.docs), undefined],
    ['Report a bug', safeUrl(contribute?.bugs?.report), undefined],
    ['Source', safeUrl(contribute?.repository?.url), contribute?.repository?.license],
  ] as const;
  return (
    <ul className="project-links">
      {links.map(
        ([label, address, title]) =>
          address && (
            <li key={label}>
              <a href={address} title={title}>
                {label}
              </a>
            </li>
          ),
      )}
    </ul>
  );
}
