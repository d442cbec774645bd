/** Formats with a name, as Elasticsearch 9 writes them; 6 knew them in camel case too. */
const names: ReadonlySet<string> = new Set(
  [
    ...['epoch_millis', 'epoch_second', 'date_optional_time', 'strict_date_optional_time'],
    ...withTime('date'),
    ...withTime('ordinal_date'),
    ...withTime('week_date'),
    ...['time', 'time_no_millis', 't_time', 't_time_no_millis'],
    ...clockTimes('hour'),
    ...clockTimes('date_hour'),
    ...['year', 'year_month', 'year_month_day', 'weekyear', 'weekyear_week', 'weekyear_week_day'],
  ].flatMap((name) => [name, `strict_${name}`, `basic_${name}`]),
);

/** Patterns of weeks that have a name; the letters of java.time count weeks by the place of the server. */
const weeks: ReadonlyMap<string, string> = new Map([
  ['xxxx', 'weekyear'],
  ["xxxx-'W'ww", 'weekyear_week'],
  ["xxxx-'W'ww-e", 'weekyear_week_day'],
]);

const letters: ReadonlyMap<string, string> = new Map([
  // The year as people count it, not that of the week.
  ['Y', 'y'],
  ['x', 'Y'],
]);

/**
 * A date format of Elasticsearch 6, which was Joda's, as one of java.time.
 *
 * @param use `write` where it shows dates, `read` where it says how they were put
 */
export function javaTimeFormat(format: string, use: 'read' | 'write'): string {
  return format
    .split('||')
    .map((part) => {
      const name = part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (names.has(name)) return name;
      // An 8 in front says that it is one of java.time already, since 6.7.
      return part.startsWith('8') ? part : (weeks.get(part) ?? javaTimePattern(part, use));
    })
    .join('||');
}

/** Letters in quotes are text. */
function javaTimePattern(pattern: string, use: 'read' | 'write'): string {
  return pattern.replace(/'[^']*'|Z+|[Yx]/g, (part) => {
    if (part.startsWith("'")) return part;
    if (part.startsWith('Z')) return offset(part, use);
    return letters.get(part) ?? part;
  });
}

function offset(part: string, use: 'read' | 'write'): string {
  if (part.length > 2) return 'VV';
  // Joda read both forms with either, and `Z` for no offset as well.
  if (use === 'read') return '[XXX][XX]';
  return part.length === 2 ? 'xxx' : 'xx';
}

function withTime(date: string): string[] {
  return [date, `${date}_time`, `${date}_time_no_millis`];
}

function clockTimes(hour: string): string[] {
  const second = `${hour}_minute_second`;
  return [hour, `${hour}_minute`, second, `${second}_fraction`, `${second}_millis`];
}
