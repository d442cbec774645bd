import { beforeAll, describe, expect, test } from 'vitest';
import { testBuildPage } from './testing/build-page-tests.ts';
import { testForEverybody } from './testing/everybody-tests.ts';
import { searchStage } from './testing/search-stage.ts';
import { testSearch } from './testing/search-tests.ts';
import { testTable } from './testing/table-tests.ts';

// One system and one browser for all: to start them takes longer than most of the tests.
const stage = searchStage();

test.each(['/', '/?products[0]=firefox&q=beta'])(
  'an empty Buildhub says at %s how builds arrive',
  async (address) => {
    const { page } = await stage.open(address);
    const message = page.getByRole('region', { name: 'No builds yet' });
    expect(await message.textContent()).toMatch(/every build of Firefox.*buildhub\.json.*S3/);
    expect(await message.getByRole('link', { name: 'Documentation' }).getAttribute('href')).toBe('/docs');
  },
);

describe('with builds', () => {
  beforeAll(() => stage.publishBuilds(), 200_000);
  testSearch(stage);
  testTable(stage);
  testBuildPage(stage);
  testForEverybody(stage);
});
