import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { startTracing } from './start-tracing.ts';
import { inSpan } from './tracing.ts';

const silent = pino({ level: 'silent' });
const off = { OTEL_EXPORTER_OTLP_ENDPOINT: undefined };
const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
const description = { kind: 0, attributes: {} };

test('without an endpoint nothing is traced, and work is done all the same', async () => {
  expect(await startTracing(off, 'worker', silent)).toBeUndefined();
  expect(await inSpan('work', description, async () => trace.getActiveSpan())).toBeUndefined();
  expect(await inSpan('part', description, async () => 7)).toBe(7);
  await expect(inSpan('work', description, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('with one, work is below the span around it, until tracing is stopped', async () => {
  const tracing = await startTracing(on, 'worker', silent);
  const ids = await inSpan('whole', description, async () => [
    trace.getActiveSpan()?.spanContext().traceId,
    await inSpan('part', description, async () => trace.getActiveSpan()?.spanContext().traceId),
  ]);
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(ids[1]).toBe(ids[0]);
  // Nothing listens there: stopping says so in the log, and ends all the same.
  await tracing?.stop();
  expect(await inSpan('work', description, async () => trace.getActiveSpan())).toBeUndefined();
}, 20_000);

test('what is below a span that is not sampled is not sampled either, and begins no trace of its own', async () => {
  vi.stubEnv('OTEL_TRACES_SAMPLER', 'parentbased_always_off');
  const tracing = await startTracing(on, 'worker', silent);
  vi.unstubAllEnvs();
  const active = () => trace.getActiveSpan()?.spanContext();
  const [whole, part] = await inSpan('whole', description, async () => [
    active(),
    await inSpan('part', description, async () => active()),
  ]);
  expect(whole).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), traceFlags: 0 });
  expect(part).toMatchObject({ traceId: whole?.traceId, traceFlags: 0 });
  // Nothing was recorded, so there is nothing that could not be sent.
  await tracing?.stop();
});
