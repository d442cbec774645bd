import { beforeAll, describe, expect, test } from 'vitest';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { currentIndex, ensureBuildIndex } from './build-index.ts';
import { AliasMissingError, writeBuilds } from './write-builds.ts';

const sandbox = forAllTests(createSandbox);
let alias: string;
let index: string;
beforeAll(async () => {
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  index = (await currentIndex(sandbox.elasticsearch, alias)) ?? '';
});

const build = '{"download":{"date":"2026-01-01T00:00:00Z"}}';
const write = async (text = build) =>
  await writeBuilds(sandbox.elasticsearch, alias, [
    { id: '1', text: build },
    { id: '2', text },
  ]);

describe('a state of the cluster is not the fault of a document:', () => {
  const block = async (name: string, value: boolean) => {
    await sandbox.elasticsearch.indices.putSettings({ index, settings: { [`index.blocks.${name}`]: value } });
  };
  const states: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'a closed index',
      () => sandbox.elasticsearch.indices.close({ index }),
      () => sandbox.elasticsearch.indices.open({ index }),
    ],
    [
      'an alias without an index to write to',
      async () => {
        await sandbox.elasticsearch.indices.create({ index: `${alias}-other` });
        const actions = [index, `${alias}-other`].map((name) => ({
          add: { index: name, alias, is_write_index: false },
        }));
        await sandbox.elasticsearch.indices.updateAliases({ actions });
      },
      async () => {
        await sandbox.elasticsearch.indices.delete({ index: `${alias}-other` });
        await sandbox.elasticsearch.indices.updateAliases({
          actions: [{ add: { index, alias, is_write_index: true } }],
        });
      },
    ],
    ['a write block', () => block('write', true), () => block('write', false)],
    ['a read-only index', () => block('read_only', true), () => block('read_only', false)],
    [
      'a disk that is full',
      () => block('read_only_allow_delete', true),
      () => block('read_only_allow_delete', false),
    ],
  ];
  test.each(states)('%s', async (_, begin, end) => {
    await begin();
    await expect(write()).rejects.toThrow(/could not index build/);
    await end();
    expect(await write()).toEqual({ documents: 2, refused: [] });
  });

  test('an alias that is missing', async () => {
    await sandbox.elasticsearch.indices.delete({ index });
    await expect(write()).rejects.toThrow(AliasMissingError);
    await ensureBuildIndex(sandbox.elasticsearch, alias, '1s');
    expect(await write()).toEqual({ documents: 2, refused: [] });
  });

  test('an alias that is missing while its index is there, which no new index replaces', async () => {
    const { indices } = sandbox.elasticsearch;
    const later = `${alias}-000003`;
    await indices.delete({ index });
    await indices.create({ index: later });
    const ensured = ensureBuildIndex(sandbox.elasticsearch, alias, '1s');
    await expect(ensured).rejects.toThrow(`has ${later} but no alias ${alias}`);
    expect(await indices.exists({ index })).toBe(false);
    await indices.putAlias({ index: later, name: alias });
    expect(await ensureBuildIndex(sandbox.elasticsearch, alias, '1s')).toEqual({
      ...{ index: later, created: false },
    });
    await indices.delete({ index: later });
    await ensureBuildIndex(sandbox.elasticsearch, alias, '1s');
  });
});

const deep = `{"empty": {}, "deep": ${'['.repeat(150)}${']'.repeat(150)}}`;

test.each([
  ['a date that cannot be read', '{"download":{"date":"x"}}', 'document_parsing_exception'],
  ['an object in the place of a text', '{"target":{"locale":{}}}', 'document_parsing_exception'],
  ['a text in the place of an object', '{"target":"x"}', 'document_parsing_exception'],
  ['a term that Lucene refuses', JSON.stringify({ term: 'x'.repeat(40_000) }), 'immense term'],
  ['too much nesting', deep, 'Nested deeper'],
])('a document with %s is refused for good, and its neighbour is written', async (_, text, reason) => {
  await sandbox.elasticsearch.indices.putMapping({ index: alias, properties: { term: { type: 'keyword' } } });
  expect(await write(text)).toEqual({
    documents: 1,
    refused: [{ id: '2', reason: expect.stringContaining(reason) }],
  });
});
