import { SpanKind } from '@opentelemetry/api';
import type pg from 'pg';
import { inChildSpan } from './in-span.ts';

/** Characters of a statement that a span shows; values are parameters and never part of it. */
const longestStatement = 500;

type Query = (...args: unknown[]) => unknown;

/**
 * Has a span made of each statement that is part of something traced, those within transactions too. One that the pool runs by itself
 * includes the wait for a connection.
 */
export function tracePool(pool: pg.Pool): void {
  pool.query = traced(pool.query.bind(pool) as Query) as typeof pool.query;
  pool.on('connect', (client) => {
    client.query = traced(client.query.bind(client) as Query) as typeof client.query;
  });
}

function traced(query: Query): Query {
  return (...args) => {
    // The pool itself asks its connections with a callback, for a statement that has its span already.
    if (args.some((arg) => typeof arg === 'function')) return query(...args);
    const text = textOf(args[0]);
    const operation = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'query';
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text.slice(0, longestStatement),
    };
    return inChildSpan(
      `PostgreSQL ${operation}`,
      { kind: SpanKind.CLIENT, attributes },
      async () => await query(...args),
    );
  };
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const text = (query as { text?: unknown } | undefined)?.text;
  return typeof text === 'string' ? text : '';
}
