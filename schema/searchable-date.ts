/**
 * ISO 8601 as Elasticsearch's `strict_date_optional_time` reads it: fields of fixed width, any number of them from the
 * left, one to nine fractional digits after a point or comma, and an offset once there is an hour.
 */
const isoDate =
  /^(?<sign>-?)(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2})(?:T(?:(?<hour>\d{2})(?::(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d{1,9})?)?)?(?<zone>Z|UTC|GMT|UT|[+-].+)?)?)?)?)?$/;
const zoneOffset = /^[+-](?<hours>\d{2})(?:(?<colon>:?)(?<minutes>\d{2})(?:\k<colon>(?<seconds>\d{2}))?)?$/;
const maxOffsetSeconds = 18 * 3600;

/** Of the years 2001 to 2286. Elasticsearch takes any digits for milliseconds, also seconds and `YYYYMMDD`. */
const epochMillis = /^\d{13}(?:\.\d{0,6})?$/;

/**
 * Whether a date of a build can be searched: Elasticsearch 9 parses it as `strict_date_optional_time||epoch_millis`,
 * and as what it means. Found by reading its parser and comparing with a running 9.5.3. It is stricter in two things:
 * milliseconds have 13 digits, and of named zones only `UTC`, `GMT` and `UT` are taken, as names such as
 * `Europe/Paris` depend on the time zone tables of the server.
 */
export function isSearchableDate(text: string): boolean {
  return isIsoDate(text) || epochMillis.test(text);
}

function isIsoDate(text: string): boolean {
  const parts = isoDate.exec(text)?.groups;
  if (parts === undefined) return false;
  const year = Number(parts.sign + (parts.year ?? ''));
  return (
    isCalendarDay(year, Number(parts.month ?? 1), Number(parts.day ?? 1)) &&
    Number(parts.hour ?? 0) <= 23 &&
    Number(parts.minute ?? 0) <= 59 &&
    Number(parts.second ?? 0) <= 59 &&
    (parts.zone === undefined || isZone(parts.zone))
  );
}

/** Whether the Gregorian calendar, continued into the past, has this day; months and days count from 1. */
function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = month === 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= lastDay;
}

function isZone(zone: string): boolean {
  if (/^[A-Z]/.test(zone)) return true;
  const parts = zoneOffset.exec(zone)?.groups;
  if (parts === undefined) return false;
  const { hours, minutes = 0, seconds = 0 } = parts;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number(minutes) <= 59 && Number(seconds) <= 59 && total <= maxOffsetSeconds;
}
