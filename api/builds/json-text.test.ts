import { expect, it } from 'vitest';
import { JsonText, writeJson } from './json-text.ts';

it('writes ready JSON as it stands, with every digit', () => {
  const build = new JsonText('{"size": 1.50, "number": 9007199254740993, "name": "Ünïcode 😀"}');
  expect(writeJson({ build, list: [build] })).toBe(
    '{"build": {"size": 1.50, "number": 9007199254740993, "name": "\\u00dcn\\u00efcode \\ud83d\\ude00"}, ' +
      '"list": [{"size": 1.50, "number": 9007199254740993, "name": "\\u00dcn\\u00efcode \\ud83d\\ude00"}]}',
  );
});

it('writes everything else as the rest of the API does', () => {
  const value = { a: [1, -2, null, true], 'ké\u007fy': 'a "quoted"\n\ttext', empty: {}, none: [] };
  expect(writeJson(value)).toBe(
    '{"a": [1, -2, null, true], "k\\u00e9\\u007fy": "a \\"quoted\\"\\n\\ttext", "empty": {}, "none": []}',
  );
});

it('leaves undefined members out, and writes times as ISO 8601', () => {
  expect(writeJson({ at: new Date(0), gone: undefined })).toBe('{"at": "1970-01-01T00:00:00.000Z"}');
});
