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

const directives = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "worker-src 'none'",
  "frame-src 'none'",
  'block-all-mixed-content',
];

/** The Content-Security-Policy of pages. The API has none: its answers are data. */
export function contentSecurityPolicy(reportUri?: string): MiddlewareHandler {
  const policy = [...directives, ...(reportUri ? [`report-uri ${reportUri}`] : [])].join('; ');
  return async (c, next) => {
    await next();
    if (!c.req.path.startsWith('/api')) c.res.headers.set('Content-Security-Policy', policy);
  };
}

/** Pages of other sites may not show ours in a frame. */
export const frameOptions: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('X-Frame-Options', 'SAMEORIGIN');
};
