import type { MiddlewareHandler } from 'hono';

/** `X-Response-Time`: milliseconds, a whole number. */
export const responseTime: MiddlewareHandler = async (c, next) => {
  const start = performance.now();
  await next();
  c.res.headers.set('X-Response-Time', String(Math.round(performance.now() - start)));
};
