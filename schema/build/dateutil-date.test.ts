import { describe, expect, it } from 'vitest';
import { readDateutilDate } from './dateutil-date.ts';
import vectors from './dateutil-date.vectors.json' with { type: 'json' };

const whole = new Map(Object.entries(vectors.whole));

/** What dateutil reads and we leave alone on purpose, or because nobody writes dates so. */
const LEFT_ALONE = [
  ['zones by name, which it takes for UTC or for their opposite', /[ \d.](?:EST|CET|UT|GMT\+3)$/],
  ['offsets beyond what Elasticsearch takes', /[+](?:18:01|23:59|01:60)$/],
  ['a zone without minutes or a time', /-01:0$|-02 ?-0[07]:?00$/],
  ['hours alone', /(?:[-_Tt ,]|at )10(?:Z|[-+ ]\d.*|GMT| Z| \+0000|z|\.)?$/],
  ['a.m. and p.m., letters for units', /[ \d]PM|pm|10h21m26s/i],
  ['words and marks between day and time', / at |, \d|\d'|-\d\d:\d\d|\d-\d{4,6}|\d_|T,? |T-|T$/],
  ['a point and nothing behind it', /:26\.(?:\D|$)/],
  ['white space other than blanks, and U+0000 at the end', /[\t\n\0\u00a0\u2008]/],
  ['digits of other scripts', /[\u0660-\u0669\uff10-\uff19]/],
  ['the time first', /^10:21/],
  ['a year of two digits', /^18-?11-?02|^0?2\/11\/18|Nov 2 18/],
  [
    'marks that change or are blanks, names with another order or mark',
    /^2018-11\/02|^2018 |^2018-Nov|\/Nov\/|Sep\.|2nd|^.{0,8}\d\d? ?st/,
  ],
] as const;

describe('readDateutilDate', () => {
  it('reads nothing otherwise than dateutil, and nothing that dateutil refuses or fills up with today', () => {
    const texts = [...whole.keys(), ...vectors.partial, ...vectors.refused];
    const read = texts.flatMap((text) => {
      const date = readDateutilDate(text);
      return date === undefined ? [] : [[text, date]];
    });
    expect(read.length).toBeGreaterThan(300);
    expect(read).toEqual(read.map(([text = '']) => [text, whole.get(text)]));
  });

  it('reads all that dateutil reads, but for what is left alone', () => {
    const missed = [...whole.keys()].filter((text) => readDateutilDate(text) === undefined);
    expect(missed.filter((text) => !LEFT_ALONE.some(([, form]) => form.test(text)))).toEqual([]);
  });
});
