import { isCalendarDay } from './calendar-day.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(?<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?|september|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const WEEKDAY =
  '(?:(?:mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday),? +)?';
const TIME = String.raw`(?<hour>\d\d|\d(?=:))(?<colon>:?)(?<minute>\d\d)(?:\k<colon>(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`;
const ZONE = String.raw`(?: *(?:(?<utc>Z|UTC|GMT)|(?<sign>[-+])(?<hours>\d\d(?=\d\d)|\d\d?(?!\d))(?::?(?<minutes>\d\d))?))?`;
const MOMENT = `(?:(?:T| +)${TIME}${ZONE})?`;

const FORMS = [
  // 2018-11-02, 2018/11/02, 2018.11.2
  String.raw`(?<year>\d{4})(?<mark>[-/.])(?<month>\d\d?)\k<mark>(?<day>\d\d?)${MOMENT}`,
  // 20181102, 20181102T102126
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)${MOMENT}`,
  // 20181102102126
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?${ZONE}`,
  // 11/02/2018, or 13/11/2018
  String.raw`(?<monthOrDay>\d\d?)(?<mark>[-/.])(?<dayOrMonth>\d\d?)\k<mark>(?<year>\d{4})${MOMENT}`,
  // Fri, 02 Nov 2018
  String.raw`${WEEKDAY}(?<day>\d\d?)(?: +|-)${MONTH}(?: +|-)(?<year>\d{4})${MOMENT}`,
  // Fri Nov  2 2018, November 2, 2018
  String.raw`${WEEKDAY}${MONTH} +(?<day>\d\d?)(?:, *| +)(?<year>\d{4})${MOMENT}`,
  // Fri Nov  2 10:21:26 2018
  String.raw`${WEEKDAY}${MONTH} +(?<day>\d\d?) +${TIME}${ZONE} +(?<year>\d{4})`,
].map((form) => new RegExp(`^ *${form} *$`, 'i'));

type Parts = Readonly<Record<string, string | undefined>>;

/**
 * Reads a date as Buildhub2 did before it indexed a build, that is, as python-dateutil 2.8.1 (`parser.parse`) does,
 * and writes it as Buildhub2 did (`datetime.isoformat`): `2018-11-02 10:21:26` is `2018-11-02T10:21:26`.
 *
 * It reads less than dateutil does: only the forms in this file, each with a day, a month and a year of four digits,
 * as dateutil takes what is left out from the day on which it reads. And no zones by name but UTC and GMT, as dateutil
 * takes a time in any other for one in UTC.
 *
 * @returns undefined for what is not read
 */
export function readDateutilDate(text: string): string | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts) return write(parts);
  }
  return undefined;
}

function write(parts: Parts): string | undefined {
  const day = writeDay(parts);
  const time = writeTime(parts);
  const zone = writeZone(parts);
  return day === undefined || time === undefined || zone === undefined ? undefined : `${day}T${time}${zone}`;
}

function writeDay(parts: Parts): string | undefined {
  const { month, day } = readDay(parts);
  const year = Number(parts.year);
  if (year < 1 || !isCalendarDay(year, month, day)) return undefined;
  return `${parts.year}-${two(month)}-${two(day)}`;
}

function readDay({ name, month, day, monthOrDay, dayOrMonth }: Parts): { month: number; day: number } {
  if (name) return { month: MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1, day: Number(day) };
  if (month) return { month: Number(month), day: Number(day) };
  const [first, then] = [Number(monthOrDay), Number(dayOrMonth)];
  return first > 12 ? { month: then, day: first } : { month: first, day: then };
}

function writeTime({ hour = '0', minute = '0', second = '0', fraction = '' }: Parts): string | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  return [hour, minute, second].map(two).join(':') + (Number(micros) > 0 ? `.${micros}` : '');
}

function writeZone({ utc, sign, hours = '0', minutes = '0' }: Parts): string | undefined {
  if (utc) return /^(?:z|[A-Z]+)$/.test(utc) ? '+00:00' : undefined;
  if (!sign) return '';
  const total = Number(hours) * 60 + Number(minutes);
  // What Elasticsearch takes.
  if (Number(minutes) > 59 || total > 18 * 60) return undefined;
  return total === 0 ? '+00:00' : `${sign}${two(hours)}:${two(minutes)}`;
}

function two(number: number | string): string {
  return String(number).padStart(2, '0');
}
