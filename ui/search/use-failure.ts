import { useSearch } from './search-context.tsx';

/** Why the last search did not succeed; undefined where it did, or is still on its way. */
export function useFailure(): Error | undefined {
  const { results, status, error } = useSearch();
  // What fails inside InstantSearch, or in the search within a facet, has no answer to say so.
  if (status === 'error') return error ?? new Error('Nothing is known about why.');
  return (results as { failure?: Error }).failure;
}
