import { expect, it } from 'vitest';
import { searchDocument } from './search-document.ts';

it.each([
  [
    'the published text',
    '{"build":{"id":"5"},"download":{"size":1.0}}',
    '"build":{"id":"5"},"download":{"size":1.0}}',
  ],
  ['an object without members', '{"build":{},"download":{"size":1.0}}', '"download":{"size":1.0}}'],
  [
    'jsonb as PostgreSQL writes it',
    '{"build": {}, "source": {"tree": "a {} b"}, "download": {"size": 9007199254740993}}',
    '"source":{"tree":"a {} b"},"download":{"size":9007199254740993}}',
  ],
])('%s becomes a document with the id as a number', (_, build, document) => {
  expect(searchDocument('9007199254740993', build)).toBe(`{"id":9007199254740993,${document}`);
});

it('of no members is the id alone', () => {
  expect(searchDocument('1', '{}')).toBe('{"id":1}');
});

it.each(['', '0', '-1', '1.5', '01', '1e3', 'x', '1 '])('refuses the id %j', (id) => {
  expect(() => searchDocument(id, '{}')).toThrow('must be a decimal number');
});

it('refuses a text that is not an object', () => {
  expect(() => searchDocument('1', '[]')).toThrow('The build with id 1 is not a JSON object');
});
