/** Documents that may be deleted or overwritten without permission, even if they are more than a hundredth. */
const someTens = 50;

/**
 * Whether so many documents are too many to be deleted or overwritten without explicit permission: more than a hundredth
 * of all and more than some tens, or most of a small index. That many differences mean a wrong or an empty database more
 * often than a wrong index.
 */
export function isMassDeletion(documents: number, all: number): boolean {
  return documents > Math.max(all / 100, Math.min(someTens, all / 2));
}
