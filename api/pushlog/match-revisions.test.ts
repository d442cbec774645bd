import { describe, expect, it } from 'vitest';
import { type JsonObject, parseLossless } from '../../schema/lossless-json.ts';
import { matchRevisions, pushlogUrl, type Revision, revisionOf } from './find-revisions.ts';

const central = 'https://hg.mozilla.org/mozilla-central';
const beta = 'https://hg.mozilla.org/releases/mozilla-beta';
const revision = (id: string, repository: string, buildDate = `2026-01-0${id}T00:00:00Z`): Revision => ({
  id,
  buildId: `2026010${id}000000`,
  buildDate,
  repository,
  revision: `r${id}`,
});

describe('matchRevisions', () => {
  it('puts the older first', () => {
    const [one, two] = [revision('1', central), revision('2', central)];
    expect(matchRevisions([one], [two])).toEqual({ from: one, to: two, swapped: false });
    expect(matchRevisions([two], [one])).toEqual({ from: one, to: two, swapped: true });
    expect(matchRevisions([one], [one])).toEqual({ from: one, to: one, swapped: false });
  });

  it('uses the build id if a date is missing', () => {
    const [one, two] = [revision('1', central, ''), revision('2', central)];
    expect(matchRevisions([two], [one])).toMatchObject({ swapped: true });
  });

  it('finds the pair of one repository among several', () => {
    const from = [revision('1', beta), revision('2', central)];
    expect(matchRevisions(from, [revision('3', central)])).toMatchObject({
      from: { id: '2' },
      to: { id: '3' },
    });
  });

  it('escapes anything but a plain revision', () => {
    const odd = { ...revision('1', central), revision: 'a&b=c' };
    expect(pushlogUrl({ from: odd, to: odd, swapped: false })).toBe(
      `${central}/pushloghtml?fromchange=a%26b%3Dc&tochange=a%26b%3Dc`,
    );
  });
});

describe('revisionOf', () => {
  const of = (source: object) => revisionOf('1', parseLossless(JSON.stringify({ source })) as JsonObject);

  it('takes a slash at the end of a repository for nothing', () => {
    expect(of({ repository: `${central}/`, revision: 'r' })).toMatchObject({ repository: central });
    const git = 'https://github.com/mozilla-firefox/firefox';
    expect(of({ repository: `${git}.git`, revision: 'r' })).toMatchObject({ repository: git });
  });

  it.each([
    {},
    { repository: central },
    { revision: 'r' },
    { repository: 'mozilla-central', revision: 'r' },
    { repository: 'javascript:alert(1)', revision: 'r' },
    { repository: 'https://x.org/?a=', revision: 'r' },
  ])('there is none of %j', (source) => {
    expect(of(source)).toBeUndefined();
  });
});
