import type { MiddlewareHandler } from 'hono';

/** Pages of other sites may not show ours in a frame. */
export const frameOptions: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('X-Frame-Options', 'SAMEORIGIN');
};
