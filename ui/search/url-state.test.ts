import { describe, expect, it } from 'vitest';
import { fromAddress, toAddress } from './url-state.ts';

describe('the links of Buildhub2', () => {
  it.each([
    [
      '?q=firefox&versions[0]=61.0&products[0]=firefox&p=3&sort=build.date_desc',
      {
        query: 'firefox',
        refinementList: { 'source.product': ['firefox'], 'target.version': ['61.0'] },
        page: 3,
        sortBy: 'builds_build.date_desc',
      },
    ],
    [
      '?versions[0]=64.0b4&products[0]=firefox',
      { refinementList: { 'source.product': ['firefox'], 'target.version': ['64.0b4'] } },
    ],
    [
      '?platform%5B0%5D=win64&platform%5B1%5D=win32&channel[0]=beta&locale[0]=de&size=100',
      {
        refinementList: {
          'target.channel': ['beta'],
          'target.platform': ['win64', 'win32'],
          'target.locale': ['de'],
        },
        hitsPerPage: 100,
      },
    ],
    ['?size=500&p=3', { hitsPerPage: 200, page: 6 }],
    ['?size=300&p=2', { hitsPerPage: 200, page: 2 }],
    ['?p=999999999', { page: 1_000_000 }],
    [
      '?sort=nonsense&p=0&size=x&versions=1.0&versions[]=1.0',
      { refinementList: { 'target.version': ['1.0'] } },
    ],
    ['?locale[0]=-lead', { refinementList: { 'target.locale': ['\\-lead'] } }],
    ['', {}],
  ])('%s is understood', (address, state) => {
    expect(fromAddress(address)).toEqual(state);
  });
});

describe('the address of a state', () => {
  it.each([
    {},
    { query: "'target.version:61.0 AND (a OR b) & c=d + 100% #x" },
    { refinementList: { 'source.product': ['firefox'], 'target.locale': ['a[b]', 'ü&=+ %', '', '\\-lead'] } },
    { range: { 'download.date': '1767225600000:1769903999999', 'build.date': '1767225600000:' } },
    { sortBy: 'builds_download.date_asc', hitsPerPage: 60, page: 7 },
  ])('%j comes back from it', (state) => {
    expect(fromAddress(toAddress(state))).toEqual(state);
  });

  it('is short and can be read', () => {
    expect(
      toAddress({
        query: 'build.id:2019 linux',
        refinementList: { 'target.version': ['61.0', '62.0'], 'source.tree': ['mozilla-central'] },
        range: { 'download.date': '1767225600000:1769903999999' },
      }),
    ).toBe(
      '?q=build.id:2019+linux&versions[0]=61.0&versions[1]=62.0&tree[0]=mozilla-central&published=2026-01-01..2026-01-31',
    );
  });
});
