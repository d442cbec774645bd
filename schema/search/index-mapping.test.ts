import { describe, expect, it } from 'vitest';
import { buildSchema } from '../build-schema.ts';
import { dateFields, indexMapping, indexSettings, keywordFields, longFields } from './index-mapping.ts';

interface Properties {
  [name: string]: { type: string; properties?: Properties };
}

function leaves(properties: Properties, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, field]) =>
    field.properties === undefined ? [prefix + name] : leaves(field.properties, `${prefix}${name}.`),
  );
}

describe('indexMapping', () => {
  it('has every field of schema.yaml and the id, and no other', () => {
    const fields = leaves(indexMapping.properties as Properties);
    expect(fields.sort()).toEqual(['id', ...leaves(buildSchema.properties as Properties)].sort());
  });

  it('can never grow', () => {
    const objects = [
      indexMapping,
      ...Object.values(indexMapping.properties).filter((field) => 'dynamic' in field),
    ];
    expect(objects.map(({ dynamic }) => dynamic)).toEqual([false, false, false, false, false]);
  });

  it('knows the fields that set limits to what can be stored', () => {
    expect(dateFields).toEqual(['build.date', 'download.date']);
    expect(longFields).toEqual(['build.number', 'download.size']);
    expect(keywordFields).toEqual([
      'id',
      'build.id',
      ...['product', 'repository', 'tree', 'revision'].map((name) => `source.${name}`),
      ...['platform', 'os', 'locale', 'version', 'channel'].map((name) => `target.${name}`),
      'download.url',
      'download.mimetype',
    ]);
  });

  it('keeps the analysed fields that clients search by words', () => {
    const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
    const { as, ld, cc, cxx, host, target } = indexMapping.properties.build.properties;
    expect([as, ld, cc, cxx, host, target]).toEqual([text, text, text, text, text, text]);
  });
});

describe('indexSettings', () => {
  it('takes the refresh interval', () => {
    expect(indexSettings('30s')).toMatchObject({ number_of_shards: 1, refresh_interval: '30s' });
  });
});
