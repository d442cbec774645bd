const numbersAware = new Intl.Collator('en', { numeric: true });

/** Order of versions with the newest first: `62.0a1`, `61.0`, `61.0b14`, `61.0b4`, `9.0`. */
export function compareVersions(one: string, other: string): number {
  return numbersAware.compare(sortable(other), sortable(one));
}

/** `61.0b4` comes before `61.0`, as the betas of a version are older than its release. */
function sortable(version: string): string {
  return version.replace(/^(\d+(?:\.\d+)*)(.*)$/, (_, numbers: string, rest: string) => {
    return `${numbers} ${rest === '' || rest === 'esr' ? `z${rest}` : rest}`;
  });
}
