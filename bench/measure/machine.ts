import { cpus, loadavg, totalmem, version } from 'node:os';

/** What a figure was measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Load averages of the last 1, 5 and 15 minutes. */
  readonly load: readonly number[];
}

/** This machine, now. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}, ${version()}`,
    node: process.version,
    load: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}
