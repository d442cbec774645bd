import { beforeAll, expect, it } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { growSearch } from '../testing/hostile-search.ts';
import { mutateSearch, pageSearches } from '../testing/mutate-search.ts';
import { knownSearches, recordedObjects } from '../testing/recorded.ts';

/** Change it to look further; a failure names the seed of the one body that failed. */
const firstSeed = 20_260_101;
const count = 1_500;
const atATime = 8;
const timeLimit = 3_000;
/** On a busy machine this process may wait ten seconds for its turn; what hangs takes longer. */
const patience = 30_000;

const sandbox = forAllTests(() => createApiSandbox({ SEARCH_TIME_LIMIT_SECONDS: timeLimit / 1_000 }));
/** Something that must never be found. */
const decoy = 'fuzz-decoy';
beforeAll(async () => {
  await sandbox.add(recordedObjects().slice(0, 400));
  await sandbox.elasticsearch.index({
    index: `${sandbox.index}-${decoy}`,
    id: '1',
    document: { secret: decoy, target: { channel: ['beta'], version: [decoy] } },
    refresh: true,
  });
});

it.each([
  ['/api/search', knownSearches()],
  ['/api/searchkit', pageSearches],
])(
  '%s, whatever is asked: a response or a refusal, in time, from the build index alone',
  async (path, from) => {
    const statuses = new Map<number, number>();
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const seed = firstSeed + next++;
        const isGrown = path === '/api/search' && seed % 10 === 0;
        const text = isGrown ? growSearch(seed) : mutateSearch(from, seed);
        const start = performance.now();
        const response = await sandbox.app.request(path, { method: 'POST', body: text });
        const responseText = await response.text();
        const milliseconds = performance.now() - start;
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        const context = `seed ${seed}: ${text.slice(0, 1000)}\nstatus ${response.status}: ${responseText.slice(0, 500)}`;
        if (milliseconds > patience) expect.fail(`${milliseconds} ms for ${context}`);
        const isOutOfTime = response.status === 503 && milliseconds > timeLimit / 2;
        if (isOutOfTime) continue;
        if (response.status !== 200 && response.status !== 400) expect.fail(context);
        const value = JSON.parse(responseText) as unknown;
        for (const index of indexesIn(value))
          if (index !== `${sandbox.index}-000001`) expect.fail(`${index} in ${context}`);
        if (response.status === 400 && !hasReason(value)) expect.fail(`no reason in ${context}`);
        if (response.status === 200 && responseText.includes(`"secret":"${decoy}"`))
          expect.fail(`the decoy in ${context}`);
      }
    };
    await Promise.all(Array.from({ length: atATime }, worker));
    // The mutations are worth something only if many of them still are searches.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(count / 10);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(count / 10);
  },
);

function hasReason(value: unknown): boolean {
  const { error } = value as { error?: unknown };
  return typeof error === 'string' ? error.length > 0 : typeof error === 'object' && error !== null;
}

/** Every text under `_index`, wherever a hit may be. */
function indexesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '_index' && typeof member === 'string' ? [member] : indexesIn(member),
  );
}
