import { describe, expect, it } from 'vitest';
import { addSample, type Progress, progressAt, progressMarkdown, rateOf, type Sample } from './progress.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const start = Date.parse(startedAt);

/** As of ten seconds after the start. */
const progress: Progress = {
  phase: 'filling',
  dryRun: false,
  unit: 'rows',
  done: 5_000,
  total: 25_000,
  rate: 500,
  startedAt,
  seconds: 10,
  secondsLeft: 40,
  facts: [{ label: 'Refused', value: 1_200 }],
};

describe('a progress by now', () => {
  it('has more time behind it and less time left', () => {
    expect(progressAt(progress, start + 10_000)).toEqual(progress);
    expect(progressAt(progress, start + 25_000)).toEqual({ ...progress, seconds: 25, secondsLeft: 25 });
    expect(progressAt({ ...progress, secondsLeft: 3 }, start + 25_000)).toMatchObject({ secondsLeft: 0 });
  });

  it('has no rate and no time left after half a minute in which nothing was finished', () => {
    const quiet = progressAt(progress, start + 41_000);
    expect(quiet).toMatchObject({ seconds: 41, rate: 0 });
    expect(quiet).not.toHaveProperty('secondsLeft');
  });

  it.each(['paused', 'pausing'])('has no time left while it is %s', (phase) => {
    const paused = progressAt({ ...progress, phase }, start + 12_000);
    expect(paused).toMatchObject({ seconds: 12, rate: 500 });
    expect(paused).not.toHaveProperty('secondsLeft');
  });

  it('never goes back, whatever the clock of this machine says', () => {
    expect(progressAt(progress, start + 4_000)).toEqual(progress);
  });

  it.each(['done', 'cancelled', 'failed'])('stays as it is once it is %s', (phase) => {
    expect(progressAt({ ...progress, phase }, start + 99_000)).toEqual({ ...progress, phase });
  });
});

describe('a rate', () => {
  it('covers the last two minutes, with a bounded number of samples', () => {
    let samples: readonly Sample[] = [{ at: start, done: 0 }];
    let done = 0;
    for (let tenth = 1; tenth <= 6_000; tenth++) {
      done += tenth <= 4_000 ? 10 : 5;
      samples = addSample(samples, { at: start + tenth * 100, done });
    }
    expect(rateOf(samples, start + 600_000)).toBeCloseTo(50, 0);
    expect(samples.length).toBeLessThan(125);
  });

  it('is 0 before anything is done, and no more than what was done in the first second', () => {
    expect(rateOf([], start)).toBe(0);
    expect(rateOf([{ at: start, done: 0 }], start)).toBe(0);
    const samples = addSample([{ at: start, done: 0 }], { at: start + 10, done: 100 });
    expect(rateOf(samples, start + 10)).toBe(100);
  });
});

describe('a progress in the Temporal UI', () => {
  it('says phase, share, time left, rate and facts', () => {
    const text = progressMarkdown({ ...progress, rateLimit: 600 });
    expect(text).toBe(
      '**filling**, 20.0%, about 40 s left\n\n5,000 of 25,000 rows (500/s, up to 600/s)\n\n- Refused: 1,200',
    );
  });

  it('says what is wrong, and that a dry run writes nothing', () => {
    const { total, secondsLeft, ...unknown } = progress;
    const text = progressMarkdown({
      ...unknown,
      phase: 'failed',
      dryRun: true,
      problem: 'It broke. Fix it.',
    });
    expect(text).toContain(
      '**failed** (dry run: nothing is written)\n\nIt broke. Fix it.\n\n5,000 rows (500/s)',
    );
  });
});
