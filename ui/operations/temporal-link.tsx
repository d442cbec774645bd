import { safeUrl } from '../links/links.ts';

/** The history of a workflow in the Temporal UI. */
export function TemporalLink({ url, name }: { url: string; name?: string }) {
  const address = safeUrl(url);
  if (address === undefined) return null;
  return (
    <a href={address} target="_blank" rel="noreferrer" aria-label={name}>
      History in Temporal
    </a>
  );
}
