import { testBuildPage } from './testing/build-page-tests.ts';
import { testForEverybody } from './testing/everybody-tests.ts';
import { searchStage } from './testing/search-stage.ts';
import { testSearch } from './testing/search-tests.ts';
import { testTable } from './testing/table-tests.ts';

// One system and one browser for all: to start them takes longer than most of the tests.
const stage = searchStage();

testSearch(stage);
testTable(stage);
testBuildPage(stage);
testForEverybody(stage);
