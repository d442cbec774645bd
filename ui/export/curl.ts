/** The command that posts a search to the API of this server, to be pasted into a shell. */
export function curlCommand(origin: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${origin}/api/search -d '${json}'`;
}
