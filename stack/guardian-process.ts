/**
 * The guardian itself: started by guardian.ts in a session of its own, it reads from a pipe which processes it is to
 * watch over. The pipe ends when the launcher is gone, however it went; then everything still listed is stopped.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardianMessage } from './guardian.ts';
import { findProcess, listProcesses, processFamily, signalProcess } from './process-table.ts';

const runId = process.argv[2] ?? '';
const graceMs = Number(process.argv[3] ?? 10_000);
const watched = new Map<number, { started: string; stopSignal: NodeJS.Signals }>();
const files = new Set<string>();

// Only the end of the pipe ends the guardian: whoever signals the whole system to stop reaches the launcher too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as GuardianMessage;
  if (message.kind === 'watch') watched.set(message.pid, message);
  else if (message.kind === 'unwatch') watched.delete(message.pid);
  else if (message.kind === 'remove-at-end') files.add(message.path);
  else if (message.kind === 'keep') files.delete(message.path);
  else process.exit();
}

await stopEverything();
for (const path of files) rmSync(path, { force: true });

async function stopEverything(): Promise<void> {
  const leaders = [...watched].filter(([pid, { started }]) => {
    const now = findProcess(pid);
    // A leader that is gone may leave its group behind; the pid cannot be reused while that group exists.
    return now === undefined || now.started === started;
  });
  const entries = listProcesses();
  const family = new Map(
    [...leaders.flatMap(([pid]) => processFamily(pid, entries)), ...findStrays()].map((pid) => [
      pid,
      entries.find((entry) => entry.pid === pid)?.started,
    ]),
  );
  const living = () => [...family].filter(([pid, started]) => findProcess(pid)?.started === started);

  for (const [pid, { stopSignal }] of leaders) if (findProcess(pid)) trySignal(pid, stopSignal);
  for (const [pid] of living()) if (!watched.has(pid)) trySignal(pid, 'SIGTERM');
  // A frozen process acts on no signal until it goes on.
  for (const [pid] of living()) trySignal(pid, 'SIGCONT');
  for (const deadline = Date.now() + graceMs; Date.now() < deadline && living().length > 0; ) await sleep(50);
  for (const [pid] of living()) trySignal(pid, 'SIGKILL');
}

/** Processes started by the launcher in the instant before it was killed, which it could not report any more. */
function findStrays(): number[] {
  if (process.platform !== 'linux' || runId === '') return [];
  const marker = `STACK_RUN_ID=${runId}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(marker);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    signalProcess(pid, signal);
  } catch {
    // One that may not be signalled must not keep the others from being stopped.
  }
}
