import { isCalendarDay } from './calendar-day.ts';

/**
 * ISO 8601 as Elasticsearch's `strict_date_optional_time` reads it: fields of fixed width, any number of them from the
 * left, one to nine fractional digits after a point or comma, and an offset once there is an hour.
 */
const ISO_DATE =
  /^(?<sign>-?)(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2})(?:T(?:(?<hour>\d{2})(?::(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d{1,9})?)?)?(?<zone>Z|UTC|GMT|UT|[+-].+)?)?)?)?)?$/;
const OFFSET = /^[+-](?<hours>\d{2})(?:(?<colon>:?)(?<minutes>\d{2})(?:\k<colon>(?<seconds>\d{2}))?)?$/;
const MAX_OFFSET_SECONDS = 18 * 3600;

const EPOCH_MILLIS = /^(?<millis>-?\d{1,19})(?:\.\d{0,6})?$/;
const MAX_EPOCH_MILLIS = 2n ** 63n - 1n;

/**
 * Whether a date field of the index can hold this text, that is, whether Elasticsearch 9 can parse it as
 * `strict_date_optional_time||epoch_millis`. Found by reading its parser and compared with a running 9.5.3 on the
 * texts in elasticsearch-date.vectors.json. It is stricter in one thing: of named zones only `UTC`, `GMT` and `UT` are
 * taken, as names such as `Europe/Paris` depend on the time zone tables of the server.
 */
export function isElasticsearchDate(text: string): boolean {
  return isIsoDate(text) || isEpochMillis(text);
}

function isIsoDate(text: string): boolean {
  const parts = ISO_DATE.exec(text)?.groups;
  if (parts === undefined) return false;
  const year = Number(parts.sign + (parts.year ?? ''));
  return (
    isCalendarDay(year, Number(parts.month ?? 1), Number(parts.day ?? 1)) &&
    Number(parts.hour ?? 0) <= 23 &&
    Number(parts.minute ?? 0) <= 59 &&
    Number(parts.second ?? 0) <= 59 &&
    isZone(parts.zone)
  );
}

function isZone(zone: string | undefined): boolean {
  if (zone === undefined || /^[A-Z]/.test(zone)) return true;
  const parts = OFFSET.exec(zone)?.groups;
  if (parts === undefined) return false;
  const [hours, minutes, seconds] = [parts.hours, parts.minutes, parts.seconds].map((part) =>
    Number(part ?? 0),
  );
  if (hours === undefined || minutes === undefined || seconds === undefined) return false;
  return minutes <= 59 && seconds <= 59 && hours * 3600 + minutes * 60 + seconds <= MAX_OFFSET_SECONDS;
}

function isEpochMillis(text: string): boolean {
  const millis = EPOCH_MILLIS.exec(text)?.groups?.millis;
  if (millis === undefined) return false;
  const value = BigInt(millis);
  return value <= MAX_EPOCH_MILLIS && value >= -MAX_EPOCH_MILLIS;
}
