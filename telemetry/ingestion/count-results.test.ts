import { Counter, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { noCounts } from '../../activities/backfill/backfill-counts.ts';
import { noImports } from '../../activities/import/import-counts.ts';
import { countResult } from './count-results.ts';

function metrics() {
  const registers = [new Registry()];
  const counter = <L extends string>(name: string, label: L) =>
    new Counter({ name, help: name, labelNames: [label], registers });
  return {
    inserted: counter('inserted', 'workflow'),
    indexed: counter('indexed', 'workflow'),
    backfillKeys: counter('keys', 'state'),
  };
}

/** Builds inserted and indexed, as one activity of this name tells of them. */
async function counted(activity: string, input: unknown[], result: unknown): Promise<(number | undefined)[]> {
  const { inserted, indexed, backfillKeys } = metrics();
  countResult(activity, 'workflow', input, result, { inserted, indexed, backfillKeys });
  const sums = await Promise.all([inserted.get(), indexed.get()]);
  return sums.map(({ values }) => values.find(({ labels }) => labels.workflow === 'workflow')?.value);
}

const compared = { rows: 9, documents: 8, missing: ['1'], compared: 0, differing: [] };

it.each([
  ['insertBuilds', [], [{ created: true }, { created: false }, { created: true }], [2, undefined]],
  ['indexBuilds', [[{}, {}]], { status: 'indexed' }, [undefined, 2]],
  ['indexBuilds', [[{}, {}]], { status: 'refused' }, [undefined, undefined]],
  ['backfillRange', [], { counts: { ...noCounts, inserted: 3, indexed: 4 } }, [3, 4]],
  ['fillRange', [], { documents: 5, refused: 0, refusals: [] }, [undefined, 5]],
  ['catchUp', [], { documents: 6 }, [undefined, 6]],
  ['repairUnindexed', [], { found: 9, repaired: 7, refused: 2 }, [undefined, 7]],
  ['compareRange', [], { ...compared, repaired: 1 }, [undefined, 1]],
  [
    'importRange',
    [],
    { counts: { ...noImports, rows: 10, kept: 9, inserted: 8 }, last: '10' },
    [8, undefined],
  ],
  ['checkRange', [], { rows: 9 }, [undefined, undefined]],
  ['of another version', [], {}, [undefined, undefined]],
])('%s tells how many builds it has inserted and indexed', async (activity, input, result, expected) => {
  expect(await counted(activity, input, result)).toEqual(expected);
});

it('a backfill tells of its keys by their state', async () => {
  const { inserted, indexed, backfillKeys } = metrics();
  const result = { counts: { ...noCounts, listed: 100, matched: 5, unchanged: 4 } };
  countResult('backfillRange', 'backfill', [], result, { inserted, indexed, backfillKeys });
  const { values } = await backfillKeys.get();
  const states = Object.fromEntries(values.map(({ labels, value }) => [labels.state, value]));
  expect(states).toMatchObject({ listed: 100, matched: 5, unchanged: 4, new: 0 });
});
