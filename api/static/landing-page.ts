const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Buildhub</title>
<style>
:root { color-scheme: light dark; --ink: #1c1b22; --soft: #5b5b66; --line: #d7d7db; --paper: #fbfbfe; --mark: #0060df }
@media (prefers-color-scheme: dark) {
  :root { --ink: #fbfbfe; --soft: #b1b1b9; --line: #42414d; --paper: #1c1b22; --mark: #80b0ff }
}
body { margin: 0; padding: 3rem 1.25rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .5rem }
p { margin: .5rem 0 } .soft { color: var(--soft) }
a { color: var(--mark) }
table { border-collapse: collapse; width: 100% } td { border-top: 1px solid var(--line); padding: .5rem .75rem .5rem 0; vertical-align: top }
td:first-child { white-space: nowrap } code, pre { font: .9em/1.5 ui-monospace, monospace }
pre { border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto }
</style>
</head>
<body>
<main>
<h1>Buildhub</h1>
<p class="soft">Mozilla’s build metadata: every build of Firefox, Thunderbird and the rest, searchable by people and programs.</p>
<p>The API is running. The search page has not been built on this server, so there is only this.</p>
<h2>Addresses</h2>
<table>
<tr><td><code>POST <a href="/api/search">/api/search</a></code></td><td>Search with the query language of Elasticsearch 6. A GET shows any ten builds.</td></tr>
<tr><td><code>GET <a href="/api/records">/api/records</a></code></td><td>How many builds there are.</td></tr>
<tr><td><code>GET <a href="/api/docs">/api/docs</a></code></td><td>Everything that the API answers, to read; <a href="/api/openapi.json">/api/openapi.json</a> for tools.</td></tr>
<tr><td><code>GET <a href="/contribute.json">/contribute.json</a></code></td><td>Where the source, the documentation and the bugs are.</td></tr>
<tr><td><code>GET <a href="/__heartbeat__">/__heartbeat__</a></code></td><td>Whether everything that this needs is well; <a href="/__lbheartbeat__">/__lbheartbeat__</a> whether this process is.</td></tr>
<tr><td><code>GET <a href="/__version__">/__version__</a></code></td><td>Which code is running.</td></tr>
<tr><td><code>GET <a href="/metrics">/metrics</a></code></td><td>Metrics for Prometheus.</td></tr>
</table>
<h2>Try it</h2>
<pre>curl -s localhost:8000/api/search -d '{"size": 0,
  "aggs": {"versions": {"terms": {"field": "target.version"}}}}'</pre>
<p class="soft">Any Content-Type will do. Errors say what is wrong, in <code>error</code>.</p>
</main>
</body>
</html>
`;

/** What is at `/` as long as the UI is not built: what this is, and the addresses of the API. */
export function landingPage(): Response {
  return new Response(page, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}
