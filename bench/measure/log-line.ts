import { createReadStream, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { logWithEnd } from '../../stack/downloads.mjs';
import type { ManagedProcess } from '../../stack/managed-process.ts';

/** Milliseconds between two looks: short, since measuring begins and ends with a line. */
const lookEvery = 10;

/**
 * Waits until a process has logged a line with this message (as JSON, see telemetry/logger.ts).
 *
 * @returns when it was logged, in milliseconds of Unix time
 * @throws when the process ends, or logs no such line in time
 */
export async function loggedAt(
  managed: ManagedProcess,
  message: string,
  seconds: number,
  signal?: AbortSignal,
): Promise<number> {
  const { name, logFile } = managed;
  const sought = `"msg":${JSON.stringify(message)}`;
  let offset = 0;
  for (const deadline = Date.now() + seconds * 1_000; ; await sleep(lookEvery)) {
    signal?.throwIfAborted();
    const { running } = managed;
    const isLonger = statSync(logFile).size > offset;
    const written = isLonger ? await text(createReadStream(logFile, { start: offset })) : '';
    const whole = written.slice(0, written.lastIndexOf('\n') + 1);
    offset += Buffer.byteLength(whole);
    const line = whole.split('\n').find((candidate) => candidate.includes(sought));
    if (line !== undefined) return Date.parse((JSON.parse(line) as { time: string }).time);
    if (!running) throw new Error(`${name} ended before it logged "${message}". ${logWithEnd(logFile)}`);
    if (Date.now() > deadline)
      throw new Error(`${name} did not log "${message}" in ${seconds} s. ${logWithEnd(logFile)}`);
  }
}
