import { expect, it } from 'vitest';
import { parseLossless } from '../../schema/lossless-json.ts';
import { indexMapping } from '../../schema/search/index-mapping.ts';
import { columns, rowFormats } from './row-formats.ts';

const { csv, ndjson } = rowFormats;
const hit = (source: string, id = '17') => parseLossless(`{"_id":"${id}","_source":${source}}`);

it('ndjson has a document in each line, every number with its digits', () => {
  const hits = [
    hit('{"id":17,"download":{"size":9007199254740993,"date":"é\\n"}}'),
    hit('{"id":18,"build":{"number":1.50}}', '18'),
  ];
  expect(ndjson.rows(hits)).toBe(
    '{"id":17,"download":{"size":9007199254740993,"date":"é\\n"}}\n{"id":18,"build":{"number":1.50}}\n',
  );
});

it('csv has the columns that it always had, and every field that can be searched', () => {
  expect(csv.head).toBe(
    'id,source.product,target.version,target.channel,target.platform,target.os,target.locale,build.id,build.date,download.date,download.size,download.url,download.mimetype,source.tree,source.repository,source.revision,build.number,build.target,build.host,build.cc,build.cxx,build.as,build.ld\r\n',
  );
  const fields = Object.entries(indexMapping.properties).flatMap(([name, field]) =>
    'properties' in field ? Object.keys(field.properties).map((leaf) => `${name}.${leaf}`) : [name],
  );
  expect([...columns].sort()).toEqual(fields.sort());
});

const cells = (source: string) =>
  csv
    .rows([hit(source)])
    .replace(/\r\n$/, '')
    .split(',');

it('csv quotes what needs it', () => {
  expect(csv.rows([hit('{"source":{"product":"a,\\"b\\"\\r\\nc"}}')])).toMatch(/^17,"a,""b""\r\nc",/);
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('csv takes the power from %j', (formula) => {
  const row = csv.rows([hit(JSON.stringify({ source: { product: formula } }))]);
  expect(row.replaceAll('"', '').slice(3)).toMatch(/^'/);
});

it('csv writes numbers with every digit, and without an apostrophe', () => {
  expect(cells('{"build":{"number":-9007199254740993}}')[16]).toBe('-9007199254740993');
  expect(cells('{"download":{"size":9007199254740993}}')[10]).toBe('9007199254740993');
});
