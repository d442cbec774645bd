import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { sendSignal } from '../managed-process.ts';

/** A process that this one has started, or a service. */
interface Target {
  readonly pid: number | undefined;
  stop(): Promise<unknown>;
}

/** Ends it as a crash does: SIGKILL for it and all its descendants. Resolves when it is gone. */
export async function kill(target: Target): Promise<unknown> {
  // Frozen first: the kernel no longer lists the children of a process that has been killed.
  for (const member of signalFamily(target, 'SIGSTOP')) sendSignal(member, 'SIGKILL');
  return await target.stop();
}

/** Makes it hang: connections stay open, nothing responds. To be thawed before it is stopped. */
export function freeze(target: Target): void {
  signalFamily(target, 'SIGSTOP');
}

/** Lets it continue. */
export function thaw(target: Target): void {
  signalFamily(target, 'SIGCONT');
}

/** The pids of a process and all its descendants; only the process itself when it has ended. */
export function familyOf(pid: number): number[] {
  const children = (parent: number) => {
    try {
      return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
        readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8')
          .split(' ')
          .filter(Boolean)
          .map(Number),
      );
    } catch {
      return [];
    }
  };
  return [pid, ...children(pid).flatMap(familyOf)];
}

/** A letter as in ps(1); undefined for a process that is gone, or a zombie that only its parent can remove. */
export function stateOf(pid: number): string | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  return state === 'Z' ? undefined : state;
}

/** Returns the processes that the signal reached. */
function signalFamily({ pid }: Target, signal: NodeJS.Signals): ReadonlySet<number> {
  const reached = new Set<number>();
  const fresh = () => (pid === undefined ? [] : familyOf(pid).filter((member) => !reached.has(member)));
  // Repeated until no new member is found: one may have forked between the listing and the signal.
  for (let members = fresh(); members.length > 0; members = fresh()) {
    for (const member of members) {
      reached.add(member);
      sendSignal(member, signal);
    }
  }
  return reached;
}
