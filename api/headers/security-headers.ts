import type { MiddlewareHandler } from 'hono';

/**
 * The headers that Django's SecurityMiddleware sets. Strict-Transport-Security only makes sense over HTTPS, which a
 * proxy tells by `X-Forwarded-Proto`; there is no redirect to HTTPS, as load balancers check health over HTTP.
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
