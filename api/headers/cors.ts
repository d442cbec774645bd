import type { MiddlewareHandler } from 'hono';

const preflight = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Length': '0',
  Vary: 'Origin',
};

/** What a page of another origin may do. */
const leave = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers':
    'accept, accept-encoding, authorization, content-type, dnt, origin, user-agent, x-csrftoken, x-requested-with',
  'Access-Control-Allow-Methods': 'DELETE, GET, OPTIONS, PATCH, POST, PUT',
  'Access-Control-Max-Age': '86400',
};

/**
 * Every page may use the API. As django-cors-headers has it: a preflight request is answered for any path below
 * `/api/`, even one that does not exist, and all else says that it depends on the origin. Who names no origin is
 * told of no leave. Only what changes something is for pages of our own: a browser gets no leave for it.
 */
export const cors: MiddlewareHandler = async (c, next) => {
  if (!c.req.path.startsWith('/api/')) return next();
  const method = c.req.header('Access-Control-Request-Method') ?? c.req.method;
  if (c.req.path.startsWith('/api/operations/') && !/^(GET|HEAD)$/.test(method)) return next();
  const hasOrigin = c.req.header('Origin') !== undefined;
  if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
    return new Response('', { headers: hasOrigin ? { ...preflight, ...leave } : preflight });
  }
  await next();
  c.res.headers.append('Vary', 'Origin');
  if (hasOrigin) c.res.headers.set('Access-Control-Allow-Origin', '*');
};
