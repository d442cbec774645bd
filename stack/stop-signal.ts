import { once } from 'node:events';

/** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. Another one changes nothing: everything is being stopped already. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) process.stderr.write('\nStopping: finishing the work in flight ...\n');
      stop.abort(new Error('Interrupted; what was started has been stopped.'));
    });
  }
  return stop.signal;
}

/** Waits for the signal. A pending promise alone does not keep a process alive. */
export async function aborted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
}
