import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { everything, SharedSearches } from './shared-searches.ts';

/** A search that ends when it is told to. */
function controlledSearch() {
  const runs: { signal: AbortSignal; end: PromiseWithResolvers<string> }[] = [];
  const search = (signal: AbortSignal) => {
    const end = Promise.withResolvers<string>();
    runs.push({ signal, end });
    return end.promise;
  };
  return { runs, search };
}

const { signal: never } = new AbortController();

/** Nothing is kept unless told otherwise, so that what is shared is shared while a search runs. */
const searchesThatKeep = (keptFor: number, onShared = () => {}) =>
  new SharedSearches<string>({ keptFor, bytesOf: (answer) => answer.length, onShared });

it('answers all who ask while an equal search runs by one that begins after it', async () => {
  let shared = 0;
  const searches = searchesThatKeep(0, () => shared++);
  const { runs, search } = controlledSearch();
  const first = searches.run('q', never, search);
  const others = [1, 2, 3].map(() => searches.run('q', never, search));
  expect(runs).toHaveLength(1);
  runs[0]?.end.resolve('old');
  expect(await first).toBe('old');
  await tick();
  expect(runs).toHaveLength(2);
  // It has begun, so whoever asks now could miss what became searchable since.
  const late = searches.run('q', never, search);
  runs[1]?.end.resolve('new');
  expect(await Promise.all(others)).toEqual(['new', 'new', 'new']);
  await tick();
  runs[2]?.end.resolve('newest');
  expect(await late).toBe('newest');
  expect([runs.length, shared]).toEqual([3, 2]);
});

it('keeps different questions apart, also none from an empty one', async () => {
  const searches = searchesThatKeep(0);
  const { runs, search } = controlledSearch();
  const answers = (['a', '', everything] as const).map((question) => searches.run(question, never, search));
  expect(runs).toHaveLength(3);
  for (const [at, { end }] of runs.entries()) end.resolve(String(at));
  expect(await Promise.all(answers)).toEqual(['0', '1', '2']);
});

it('goes on after a search that failed, which fails for all who share it', async () => {
  const searches = searchesThatKeep(0);
  const { runs, search } = controlledSearch();
  const first = searches.run('q', never, search);
  const others = Promise.allSettled([1, 2].map(() => searches.run('q', never, search)));
  runs[0]?.end.reject(new Error('first'));
  await expect(first).rejects.toThrow('first');
  await tick();
  runs[1]?.end.reject(new Error('second'));
  expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = searches.run('q', never, search);
  runs[2]?.end.resolve('fine');
  expect(await again).toBe('fine');
});

it('stops a search when all who share it have gone, and not before', async () => {
  const searches = searchesThatKeep(0);
  const { runs, search } = controlledSearch();
  const clients = [1, 2, 3].map(() => new AbortController());
  const answers = Promise.allSettled(clients.map(({ signal }) => searches.run('q', signal, search)));
  clients[0]?.abort();
  expect(runs[0]?.signal.aborted).toBe(true);
  runs[0]?.end.reject(new Error('stopped'));
  await tick();
  clients[1]?.abort();
  expect(runs[1]?.signal.aborted).toBe(false);
  clients[2]?.abort();
  expect(runs[1]?.signal.aborted).toBe(true);
  runs[1]?.end.reject(new Error('stopped'));
  await answers;
  // Nothing is left behind that a later question would wait for.
  void searches.run('q', never, search).catch(() => undefined);
  expect(runs).toHaveLength(3);
  runs[2]?.end.resolve('');
});

it('answers who asks after all others who waited have gone, and does not carry out what nobody waits for', async () => {
  const searches = searchesThatKeep(0);
  const { runs, search } = controlledSearch();
  const first = searches.run('q', never, search);
  const impatient = new AbortController();
  const gone = searches.run('q', impatient.signal, search);
  impatient.abort();
  const patient = searches.run('q', never, search);
  runs[0]?.end.resolve('first');
  expect(await first).toBe('first');
  await expect(gone).rejects.toThrow();
  await tick();
  expect(runs).toHaveLength(2);
  expect(runs[1]?.signal.aborted).toBe(false);
  runs[1]?.end.resolve('answer');
  expect(await patient).toBe('answer');
});

it('gives the answer of a search to who asks the same within some time of its beginning', async () => {
  let shared = 0;
  const searches = searchesThatKeep(60_000, () => shared++);
  const { runs, search } = controlledSearch();
  for (const question of ['q', everything] as const) {
    const first = searches.run(question, never, search);
    runs.at(-1)?.end.resolve('answer');
    await first;
    expect(await searches.run(question, never, search)).toBe('answer');
    // A client that has gone takes nothing away from others.
    expect(await searches.run(question, AbortSignal.abort(), search)).toBe('answer');
  }
  void searches.run('another', never, search);
  expect([runs.length, shared]).toEqual([3, 4]);
});

it('asks anew after that time, which a search has used up itself that takes longer, and after a failure', async () => {
  const searches = searchesThatKeep(40);
  const { runs, search } = controlledSearch();
  const first = searches.run('q', never, search);
  runs[0]?.end.resolve('old');
  await first;
  await sleep(60);
  const slow = searches.run('q', never, search);
  await sleep(60);
  runs[1]?.end.resolve('new');
  expect(await slow).toBe('new');
  const failing = searches.run('q', never, search);
  runs[2]?.end.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  const newest = searches.run('q', never, search);
  runs[3]?.end.resolve('newest');
  expect(await newest).toBe('newest');
});

it('keeps no answer that is larger than all that is kept, and makes room by what was used least', async () => {
  const searches = new SharedSearches<{ bytes: number }>({
    keptFor: 60_000,
    bytesOf: ({ bytes }) => bytes,
  });
  let made = 0;
  const ask = (question: string, bytes: number) =>
    searches.run(question, never, async () => {
      made += 1;
      return { bytes };
    });
  const mebibyte = 1024 * 1024;
  for (let time = 0; time < 2; time++) await ask('too large', 33 * mebibyte);
  expect(made).toBe(2);
  for (const question of ['a', 'b', 'a', 'c']) await ask(question, 12 * mebibyte);
  expect(made).toBe(5);
  await ask('a', 12 * mebibyte);
  expect(made).toBe(5);
  await ask('b', 12 * mebibyte);
  expect(made).toBe(6);
});
