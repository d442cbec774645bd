import type { MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { htmlPage } from './pages.ts';

/**
 * Response headers of Buildhub2 (Django's SecurityMiddleware). HTTPS is recognised by `X-Forwarded-Proto`; there is no
 * redirect to HTTPS, since load balancers check health over HTTP.
 *
 * @param hstsSeconds `max-age`; 0 for no such header
 */
export function securityHeaders(hstsSeconds: number): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('X-XSS-Protection', '1; mode=block');
    if (hstsSeconds > 0 && c.req.header('X-Forwarded-Proto') === 'https') {
      headers.set('Strict-Transport-Security', `max-age=${hstsSeconds}; includeSubDomains; preload`);
    }
  };
}

const directives = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "worker-src 'none'",
  "frame-src 'none'",
  'block-all-mixed-content',
];

/** The headers of pages, and of everything else that is not data of the API. */
export function pageHeaders(cspReportUri?: string): MiddlewareHandler {
  const policy = [...directives, ...(cspReportUri ? [`report-uri ${cspReportUri}`] : [])].join('; ');
  return async (c, next) => {
    await next();
    c.res.headers.set('X-Frame-Options', 'SAMEORIGIN');
    const isPage = c.res.headers.get('Content-Type')?.startsWith('text/html') ?? false;
    if (isPage || !c.req.path.startsWith('/api')) c.res.headers.set('Content-Security-Policy', policy);
  };
}

/** Addresses about builds. Any other, about people, failures or operations, only this server's own pages may read. */
const publicAddresses =
  /^\/api\/(search|searchkit|records|latest|export|pushlog|feed\.atom|openapi\.json)(\/|$)/;

const preflight = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Length': '0',
  Vary: 'Origin',
};

const allowed = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers':
    'accept, accept-encoding, authorization, content-type, dnt, origin, user-agent, x-csrftoken, x-requested-with',
  'Access-Control-Allow-Methods': 'DELETE, GET, OPTIONS, PATCH, POST, PUT',
  'Access-Control-Max-Age': '86400',
};

/**
 * Lets pages of other origins use the public part of the API, with django-cors-headers' responses, which `hono/cors` does
 * not give. At addresses that Buildhub2 did not have, scripts can read a few headers more. Requests without an Origin get
 * no CORS headers.
 */
export const cors: MiddlewareHandler = async (c, next) => {
  if (!c.req.path.startsWith('/api/')) return next();
  const isPublic = publicAddresses.test(c.req.path);
  const hasOrigin = c.req.header('Origin') !== undefined;
  if (isPublic && c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined)
    return new Response('', { headers: hasOrigin ? { ...preflight, ...allowed } : preflight });
  await next();
  const { headers } = c.res;
  headers.append('Vary', 'Origin');
  if (!isPublic || !hasOrigin) return;
  headers.set('Access-Control-Allow-Origin', '*');
  if (!/^\/api\/(search|records)$/.test(c.req.path))
    headers.set('Access-Control-Expose-Headers', 'Content-Disposition, ETag, Retry-After, X-Total-Count');
};

/**
 * Compresses responses for clients that ask for it, streams included. Only for addresses that Buildhub2 did not have: it
 * compressed nothing, and its clients get the same.
 */
export const compressed = compress({ contentTypeFilter: /^text\/|\b(json|ndjson|xml)\b/ });

/**
 * Refuses requests for other hosts, which could be used for links that lead elsewhere and for DNS rebinding.
 *
 * @param hosts as in Django: names without port, with a leading dot for a name and all below it; `*` or none for any
 */
export function allowedHosts(hosts: readonly string[]): MiddlewareHandler {
  const known = hosts.map((host) => host.toLowerCase());
  return async (c, next) => {
    if (known.length === 0 || known.includes('*')) return next();
    const host = hostName(c.req.header('Host') ?? new URL(c.req.url).host);
    const isKnown = known.some((name) =>
      name.startsWith('.') ? host === name.slice(1) || host.endsWith(name) : host === name,
    );
    return isKnown ? next() : htmlPage(400, '<h1>Bad Request (400)</h1>');
  };
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

/** `X-Response-Time`: whole milliseconds. */
export const responseTime: MiddlewareHandler = async (c, next) => {
  const start = performance.now();
  await next();
  c.res.headers.set('X-Response-Time', String(Math.round(performance.now() - start)));
};
