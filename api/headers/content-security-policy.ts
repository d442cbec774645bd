import type { MiddlewareHandler } from 'hono';

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
