/** Django's pages for errors, which is what clients have always got. */
function page(status: number, html: string): Response {
  return new Response(html, { status, headers: { 'Content-Type': 'text/html' } });
}

/** The request itself is wrong: a host that is not ours, a body that is too large. */
export function badRequestPage(): Response {
  return page(400, '<h1>Bad Request (400)</h1>');
}

/** There is nothing at this address. */
export function notFoundPage(): Response {
  return page(404, '<h1>Not Found</h1><p>The requested resource was not found on this server.</p>');
}

/** A fault of ours. It has been logged. */
export function serverErrorPage(): Response {
  return page(500, '<h1>Server Error (500)</h1>');
}

/**
 * The client has closed the connection before there was an answer. Nobody reads this one; its status, which is nginx's
 * for the same, keeps such requests apart from failures in logs and metrics.
 */
export function clientHasGone(): Response {
  return new Response(null, { status: 499 });
}
