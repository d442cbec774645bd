/** Who works with the page, and what proves that they may: for as long as the tab is open, and never in an address. */
export interface Operator {
  readonly who: string;
  readonly token: string;
}

const name = 'buildhub.operator';

/** What the tab remembers; undefined for nothing, or where it may not remember. */
export function storedOperator(): Operator | undefined {
  try {
    const { who, token } = JSON.parse(sessionStorage.getItem(name) ?? '{}') as Partial<Operator>;
    return typeof who === 'string' && typeof token === 'string' ? { who, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers somebody, or with undefined nobody. */
export function storeOperator(operator: Operator | undefined): void {
  try {
    if (operator) sessionStorage.setItem(name, JSON.stringify(operator));
    else sessionStorage.removeItem(name);
  } catch {
    // A forbidden store; it holds for as long as the page is not loaded again.
  }
}
