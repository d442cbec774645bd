import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One running process. `started` tells two processes apart that were given the same pid one after the other. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly started: string;
}

/** What it takes to recognise a process later on, even when its pid has been given to another one since. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/** All processes of this machine that are alive; zombies are left out, for nothing can be done to them. */
export function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

/** The process with this pid, or undefined when there is none or only a zombie. */
export function findProcess(pid: number): ProcessEntry | undefined {
  return process.platform === 'linux' ? readProcEntry(pid) : listFromPs().find((entry) => entry.pid === pid);
}

/** True while exactly that process lives, false once it is gone or its pid belongs to another one. */
export function isAlive(identity: ProcessIdentity): boolean {
  return findProcess(identity.pid)?.started === identity.started;
}

/** This process, so that another one can see later whether it still lives. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: findProcess(process.pid)?.started ?? '' };
}

/**
 * The pids of a process's group and of all its descendants, itself included. Descendants count because some
 * programs (PostgreSQL's backends) give each child a group of its own.
 */
export function processFamily(pid: number, entries: readonly ProcessEntry[] = listProcesses()): number[] {
  const family = new Set(entries.filter((e) => e.pid === pid || e.pgid === pid).map((e) => e.pid));
  let size = -1;
  while (size !== family.size) {
    size = family.size;
    for (const entry of entries) if (family.has(entry.ppid)) family.add(entry.pid);
  }
  return [...family];
}

/** As processFamily, with what it takes to recognise each member later. */
export function identifyFamily(pid: number): ProcessIdentity[] {
  const entries = listProcesses();
  const family = new Set(processFamily(pid, entries));
  return entries.filter((entry) => family.has(entry.pid));
}

/** Sends a signal to one process; one that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The fields of a `/proc/PID/stat` line. The name in brackets may itself hold spaces and brackets. */
export function parseProcStat(stat: string): (ProcessEntry & { readonly state: string }) | undefined {
  const pid = Number.parseInt(stat, 10);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ppid, pgid] = fields;
  const started = fields[19];
  if (!Number.isInteger(pid) || state === undefined || started === undefined) return undefined;
  return { pid, state, ppid: Number(ppid), pgid: Number(pgid), started };
}

function readProcEntry(pid: number): ProcessEntry | undefined {
  try {
    const entry = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return entry && entry.state !== 'Z' && entry.state !== 'X' ? entry : undefined;
  } catch {
    return undefined;
  }
}

function listFromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

function listFromPs(): ProcessEntry[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
  const entries: ProcessEntry[] = [];
  for (const line of table.split('\n')) {
    const [pid, ppid, pgid, state, ...started] = line.trim().split(/\s+/);
    if (!pid || state === undefined || state.startsWith('Z')) continue;
    entries.push({ pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid), started: started.join(' ') });
  }
  return entries;
}
