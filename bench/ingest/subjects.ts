import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type ManagedProcess, spawnManaged } from '../../stack/managed-process.ts';
import { loggedAt } from '../measure/log-line.ts';
import type { BenchRun } from './bench-run.ts';
import type { SubjectName } from './options.ts';
import type { RoundStores } from './round-stores.ts';

/** Something that takes messages from the queue and ingests their objects, in a process of its own. */
export interface Subject {
  readonly title: string;
  /** Arguments of node. */
  args(messages: number): readonly string[];
  /** Whether builds arrive in the stores. */
  readonly stores: boolean;
}

const root = join(import.meta.dirname, '..', '..');

export const subjects: Readonly<Record<SubjectName, Subject>> = {
  buildhub: {
    title: 'Buildhub',
    args: () => [join(root, 'cli/main.ts'), 'worker'],
    stores: true,
  },
  ceiling: {
    title: 'Temporal alone',
    args: (messages) => [join(root, 'bench/ingest/ceiling-worker.ts'), String(messages)],
    stores: false,
  },
  loop: {
    title: 'plain loop',
    args: (messages) => [join(root, 'bench/ingest/plain-loop.ts'), String(messages)],
    stores: true,
  },
};

/**
 * Starts the process of a subject.
 *
 * @param messages after which it logs `Done`, if it counts them
 * @returns the process, and when it became ready, just before its first receive, in milliseconds of Unix time
 */
export async function startSubject(
  name: SubjectName,
  stores: RoundStores,
  messages: number,
  { services: { logsDir }, signal }: BenchRun,
): Promise<{ managed: ManagedProcess; readyAt: number }> {
  const managed = await spawnManaged({
    name: subjects[name].title,
    command: process.execPath,
    args: subjects[name].args(messages),
    env: stores.env,
    logFile: join(logsDir, `${name}-${randomBytes(3).toString('hex')}.log`),
    stopTimeoutMs: 40_000,
  });
  try {
    return { managed, readyAt: await loggedAt(managed, 'Ready', 60, signal) };
  } catch (error) {
    await managed.stop();
    throw error;
  }
}
