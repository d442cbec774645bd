import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/*
 * Loaded into the API's process by the fuzzer (`--import`): appends a line to the file STALL_LOG for each time that
 * the event loop stood still for more than 50 ms. It reports the CPU time of a stall too: on a busy machine a process also
 * waits for its turn.
 */
const file = process.env.STALL_LOG;
const resolution = 10;
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let last = performance.now();
  let lastUsage = process.threadCpuUsage();
  setInterval(() => {
    const now = performance.now();
    const usage = process.threadCpuUsage();
    const stalled = now - last - resolution;
    const cpu = (usage.user + usage.system - lastUsage.user - lastUsage.system) / 1_000;
    if (stalled > 50) appendFileSync(file, `${JSON.stringify({ at: Date.now(), stalled, cpu })}\n`);
    last = now;
    lastUsage = usage;
  }, resolution).unref();
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage();
    appendFileSync(
      file,
      `${JSON.stringify({ at: Date.now(), rss, heapUsed, external, longest: delay.max / 1e6 })}\n`,
    );
    delay.reset();
  }, 1_000).unref();
}
