import type { RunSummary } from './operation-run.ts';

/** What has a place of its own in a summary, and is no fact beside it. */
const placed = new Set([
  'phase',
  'isPaused',
  'dryRun',
  'isDryRun',
  'share',
  'seconds',
  'secondsLeft',
  'perSecond',
  'problem',
  'startedAt',
]);

/** Facts of one summary. */
const maxFacts = 40;

/**
 * Reads a progress or a report by the names that all of them have in common, and takes every other number and short
 * text of it for a fact, down to two levels.
 */
export function summariseAny(told: object): Partial<RunSummary> {
  const values = told as Record<string, unknown>;
  const number = (name: string) => (typeof values[name] === 'number' ? values[name] : undefined);
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const phase = text('phase');
  const perSecond = number('perSecond');
  const [done, total] = [number('done'), number('total')];
  return {
    phase,
    isPaused: values.isPaused === true || phase === 'paused' || phase === 'pausing',
    isDryRun: Boolean(values.dryRun ?? values.isDryRun),
    share: number('share') ?? (done !== undefined && total ? Math.min(1, done / total) : undefined),
    seconds: number('seconds'),
    secondsLeft: number('secondsLeft'),
    speeds: perSecond === undefined ? [] : [{ unit: 'rows', perSecond }],
    facts: factsOf(values).slice(0, maxFacts),
    problem: text('problem'),
  };
}

function factsOf(values: object, path = ''): RunSummary['facts'] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (path === '' && placed.has(name)) return [];
    const label = `${path}${inWords(name)}`;
    if (typeof value === 'number' || typeof value === 'string')
      return [{ label, value: typeof value === 'string' ? value.slice(0, 300) : value }];
    if (typeof value === 'boolean') return [{ label, value: value ? 'yes' : 'no' }];
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isPlain && path === '' ? factsOf(value, `${label}: `) : [];
  });
}

/** `documentsWithoutRow` is `documents without row`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => ` ${letters.toLowerCase()}`).replaceAll('_', ' ');
}
