import { formatTable } from '../measure/table.ts';
import type { Pass } from './measure.ts';
import type { WarmSubject } from './warm-subjects.ts';

/** A pass, and of what. */
export interface Result extends Pass {
  readonly keys: number;
  readonly subject: WarmSubject['kind'];
  /** `new`: half of the builds are; `known`: nothing is left to do. */
  readonly pass: 'new' | 'known';
  /** Milliseconds that a request to S3 takes longer than it would here. */
  readonly latency: number;
}

/** All results, the backfill beside the loop. */
export function formatResults(results: readonly Result[]): string {
  const heading = [
    'keys, S3, pass',
    'subject',
    'seconds',
    'keys/s',
    'builds/s',
    'us/key',
    'times loop',
    'MiB by quarter',
    'peak',
  ];
  const rows = results.map((result) => {
    const { keys, latency, pass, subject, seconds, inserted, memory } = result;
    const loop = results.find(
      (other) =>
        other.subject === 'plain loop' &&
        other.keys === keys &&
        other.pass === pass &&
        other.latency === latency,
    );
    return [
      `${keys.toLocaleString('en-US')}, ${latency === 0 ? 'local' : `+${latency} ms`}, ${pass === 'new' ? 'half new' : 'all known'}`,
      subject,
      seconds.toFixed(1),
      (keys / seconds).toFixed(0),
      pass === 'new' ? (inserted / seconds).toFixed(1) : '-',
      ((seconds * 1e6) / keys).toFixed(0),
      loop && subject !== 'plain loop' ? `${(loop.seconds / seconds).toFixed(1)}` : '-',
      memory?.quarters.join(' ') ?? '-',
      String(memory?.peak ?? '-'),
    ];
  });
  return formatTable([heading, ...rows]);
}

/** CPU milliseconds per thousand keys of each result, by process. */
export function formatCpu(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ cpu }) => Object.keys(cpu)))];
  const rows = results.map(({ keys, latency, pass, subject, cpu }) => [
    `${keys.toLocaleString('en-US')}, +${latency} ms, ${pass}: ${subject}`,
    ...names.map((name) => (((cpu[name] ?? 0) * 1_000) / keys).toFixed(1)),
  ]);
  return formatTable([['CPU ms per 1,000 keys', ...names], ...rows]);
}
