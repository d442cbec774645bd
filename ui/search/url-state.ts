import type { IndexUiState } from 'instantsearch.js';
import { escapeFacetValue } from 'instantsearch.js/es/lib/utils/escapeFacetValue';
import { formatRange, fromRefinement, parseRange, toRefinement } from '../facets/date-range.ts';
import { allFacets, chosenValues, dateFacets } from '../facets/facets.ts';
import { indexFor, orderOf, sortOrders } from './sort-orders.ts';

export const defaultPageSize = 30;
export const pageSizes = [30, 60, 100, 200] as const;
const largestPage = 200;

/**
 * The address of a state of the page, from `?` on; empty for the state at the start. The names are Buildhub2's, whose
 * links are in bugs and documents: `q`, `versions[0]`, `platform[0]`, `channel[0]`, `locale[0]`, `products[0]`, `sort`,
 * `p` from 1 and `size`. New are `os[0]`, `tree[0]`, `published` and `built`.
 */
export function toAddress(state: IndexUiState): string {
  const parts: [string, string][] = [];
  if (state.query) parts.push(['q', state.query]);
  for (const { field, parameter } of allFacets) {
    for (const [at, value] of chosenValues(state, field).entries()) {
      parts.push([`${parameter}[${at}]`, value]);
    }
  }
  for (const { field, parameter } of dateFacets) {
    const range = fromRefinement(state.range?.[field]);
    if (range.from !== undefined || range.to !== undefined) parts.push([parameter, formatRange(range)]);
  }
  const order = orderOf(state.sortBy);
  if (order !== sortOrders[0]) parts.push(['sort', order.name]);
  if (state.hitsPerPage && state.hitsPerPage !== defaultPageSize)
    parts.push(['size', String(state.hitsPerPage)]);
  if (state.page && state.page > 1) parts.push(['p', String(state.page)]);
  const text = parts.map(([name, value]) => `${name}=${escapeValue(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

/**
 * Reads an address, from `?` on, and leaves out what it does not know. Of a page that is larger than those here, the
 * result is the page that has its first row.
 */
export function fromAddress(search: string): IndexUiState {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('q') ?? '';
  const refinementList: Record<string, string[]> = {};
  for (const { field, parameter } of allFacets) {
    // `versions[0]`, `versions[]` and `versions` are all of `versions`.
    const values = [...parameters].flatMap(([name, value]) =>
      name.replace(/\[\d*\]$/, '') === parameter ? [value] : [],
    );
    if (values.length > 0) refinementList[field] = [...new Set(values.map(escapeFacetValue))];
  }
  const range: Record<string, string> = {};
  for (const { field, parameter } of dateFacets) {
    const read = parseRange(parameters.get(parameter) ?? '');
    if (read) range[field] = toRefinement(read);
  }
  const order = orderOf(parameters.get('sort') ?? undefined);
  const given = wholeNumber(parameters.get('size'));
  const size = given && Math.min(given, largestPage);
  const givenPage = wholeNumber(parameters.get('p')) ?? 1;
  const page = given && size ? Math.floor(((givenPage - 1) * given) / size) + 1 : givenPage;
  return {
    ...(query !== '' && { query }),
    ...(Object.keys(refinementList).length > 0 && { refinementList }),
    ...(Object.keys(range).length > 0 && { range }),
    ...(order !== sortOrders[0] && { sortBy: indexFor(order) }),
    ...(size !== undefined && size !== defaultPageSize && { hitsPerPage: size }),
    ...(page > 1 && { page: Math.min(page, 1_000_000) }),
  };
}

/** Escapes only what would end the value, so that links stay readable. */
function escapeValue(value: string): string {
  return encodeURIComponent(value)
    .replace(/%(2F|3A|2C|40|5B|5D)/g, decodeURIComponent)
    .replaceAll('%20', '+');
}

function wholeNumber(text: string | null): number | undefined {
  if (text === null || !/^\d{1,9}$/.test(text) || Number(text) === 0) return undefined;
  return Number(text);
}
