import { ProjectLinks } from './project-links.tsx';

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
