import type { MiddlewareHandler } from 'hono';
import { badRequestPage } from '../routes/error-pages.ts';

/**
 * Refuses requests for a host that is not ours, which could be used to make links that lead elsewhere.
 *
 * @param hosts as in Django: names without port, with a leading dot for a name and all below it; `*` for any. Empty for
 *   any, too
 */
export function allowedHosts(hosts: readonly string[]): MiddlewareHandler {
  const known = hosts.map((host) => host.toLowerCase());
  return async (c, next) => {
    if (known.length === 0 || known.includes('*')) return next();
    const host = hostName(c.req.header('Host') ?? new URL(c.req.url).host);
    const isKnown = known.some((name) =>
      name.startsWith('.') ? host === name.slice(1) || host.endsWith(name) : host === name,
    );
    return isKnown ? next() : badRequestPage();
  };
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}
