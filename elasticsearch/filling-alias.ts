/**
 * The alias of the index that is being filled beside the live one. Writing goes through an alias only, and requires
 * that it is one: a request to an index that somebody has deleted would make a new one with guessed mappings.
 */
export function fillingAlias(alias: string): string {
  return `${alias}-filling`;
}
