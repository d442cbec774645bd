/**
 * Rows as CSV (RFC 4180): a line with the names, then a line for each row, every line ended by CR and LF. A value is
 * quoted where a comma, a quote or the end of a line is in it.
 */
export function toCsv(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The command that posts a search to the API of this server, to be pasted into a shell. */
export function curlCommand(origin: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${origin}/api/search -d '${json}'`;
}
