import { describe, expect, it } from 'vitest';
import { javaTimeFormat } from './joda-format.ts';

describe('javaTimeFormat', () => {
  it.each([
    ['yyyy-MM-dd', 'yyyy-MM-dd'],
    ['YYYY-MM-dd', 'yyyy-MM-dd'],
    ["xxxx-'W'ww", 'weekyear_week'],
    ['xxxx', 'weekyear'],
    ["yyyy-MM-dd'T'HH:mm:ssZ", "yyyy-MM-dd'T'HH:mm:ssxx"],
    ["yyyy-MM-dd'YZ'HH:mm:ssZZ", "yyyy-MM-dd'YZ'HH:mm:ssxxx"],
    ['HH:mm ZZZ', 'HH:mm VV'],
    ['dateOptionalTime', 'date_optional_time'],
    ['strictDateHourMinuteSecondMillis', 'strict_date_hour_minute_second_millis'],
    ['YYYY||epochMillis', 'yyyy||epoch_millis'],
    ['8YYYY', '8YYYY'],
    ['#,##0.00', '#,##0.00'],
    ['', ''],
  ])('writes %s as %s', (joda, java) => {
    expect(javaTimeFormat(joda, 'write')).toBe(java);
  });

  it('reads offsets in any form', () => {
    expect(javaTimeFormat('HH:mmZ', 'read')).toBe('HH:mm[XXX][XX]');
    expect(javaTimeFormat('HH:mmZZ', 'read')).toBe('HH:mm[XXX][XX]');
  });
});
