import { setTimeout as sleep } from 'node:timers/promises';
import { fileSize, type ManagedProcess, ProcessFailedError, readFrom } from '../../stack/managed-process.ts';

/** Milliseconds between two looks: short, since measuring begins and ends with a line. */
const lookEvery = 10;

/**
 * Waits until a process has logged a line with this message (as JSON, see telemetry/logger.ts).
 *
 * @returns when it was logged, in milliseconds of Unix time
 * @throws {ProcessFailedError} when the process ends, or logs no such line in time
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
    const text = fileSize(logFile) > offset ? readFrom(logFile, offset) : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    offset += Buffer.byteLength(whole);
    const line = whole.split('\n').find((candidate) => candidate.includes(sought));
    if (line !== undefined) return Date.parse((JSON.parse(line) as { time: string }).time);
    if (!running) throw new ProcessFailedError(name, `ended before it logged "${message}"`, logFile);
    if (Date.now() > deadline)
      throw new ProcessFailedError(name, `did not log "${message}" in ${seconds} s`, logFile);
  }
}
