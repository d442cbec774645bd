import { expect, it } from 'vitest';
import { parseLossless } from './lossless-json.ts';
import { validateBuild } from './validate-build.ts';

type Sections = Record<'build' | 'source' | 'target' | 'download', Record<string, string>>;

/** JSON text of a valid build; `changes` maps paths to JSON texts, an empty text removes the member. */
function buildText(changes: Record<string, string> = {}): string {
  const sections: Sections = {
    build: { id: '"20191016161957"', date: '"2019-10-16T16:19:57Z"', number: '2', as: '"as"' },
    source: { product: '"firefox"', tree: '"mozilla-release"' },
    target: { platform: '"win64"', os: '"win"', locale: '"en-US"', version: '"70.0"', channel: '"release"' },
    download: { url: '"u"', mimetype: '"m"', size: '1', date: '"2019-10-16T21:24:22.032307+00:00"' },
  };
  for (const [path, text] of Object.entries(changes)) {
    const [section = '', member = ''] = path.split('.');
    sections[section as keyof Sections][member] = text;
  }
  const members = (section: Record<string, string>) =>
    Object.entries(section)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${Object.entries(sections).map(([name, section]) => `"${name}":{${members(section)}}`)}}`;
}

function messages(text: string): string[] {
  return validateBuild(parseLossless(text));
}

it('finds nothing wrong with a valid build, nor with one of required members alone', () => {
  expect(validateBuild(parseLossless(buildText()))).toEqual([]);
  const optional = { 'build.id': '', 'build.date': '', 'build.number': '', 'build.as': '' };
  expect(messages(buildText({ ...optional, 'target.version': '""' }))).toEqual([]);
});

it.each([
  [
    { 'target.os': '"ios"' },
    'target.os: must be equal to one of the allowed values (linux, win, mac, android, maemo), not "ios"',
  ],
  [{ 'source.product': '' }, "source: must have required property 'product'"],
  [{ 'target.channel': '123' }, 'target.channel: must be string, not 123'],
  [{ 'source.tree': '{"a":[1.0,true]}' }, 'source.tree: must be string, not {"a":[1.0,true]}'],
  [{ 'build.junk': '1' }, 'build: must NOT have additional properties: "junk"'],
  [{ 'download.size': '1.5' }, 'download.size: must be integer, not 1.5'],
  [{ 'download.size': '1e400' }, 'download.size: must be integer, not 1e400'],
])('breaks the schema: %o', (changes, message) => {
  expect(messages(buildText(changes))).toEqual([message]);
});

it('lists every problem, not the first one only', () => {
  expect(messages('{"junk":1,"build":{"id":5,"__proto__":{}}}')).toEqual([
    "(root): must have required property 'source'",
    "(root): must have required property 'download'",
    "(root): must have required property 'target'",
    '(root): must NOT have additional properties: "junk"',
    'build: must NOT have additional properties: "__proto__"',
    'build.id: must be string, not 5',
  ]);
});

// Each of these was tried with a real Elasticsearch 9.5.3 and PostgreSQL 18.
it.each([
  '1.0',
  '1e3',
  '-0',
  '1e-400',
  '9007199254740993',
  '-9.223372036854775808e18',
  '922337203685477580700e-2',
])('takes %s for an integer that can be stored', (size) => {
  expect(messages(buildText({ 'download.size': size, 'build.number': size }))).toEqual([]);
});

it.each(['9223372036854775808', '-9223372036854775809', '1e19', '9'.repeat(300)])(
  'refuses %s, which is beyond 64 bits',
  (size) => {
    expect(messages(buildText({ 'download.size': size }))).toEqual([
      expect.stringContaining('download.size: must fit a signed 64-bit integer'),
    ]);
  },
);

it.each([`1.${'0'.repeat(999)}`, '0e99999', '0e-99999', '0e-1000', '1.5e-999', `1.${'0'.repeat(900)}e-1000`])(
  'refuses a number that is too long to be stored: %s',
  (size) => {
    expect(messages(buildText({ 'download.size': size }))).toEqual([
      expect.stringContaining('must have up to 1000 digits'),
    ]);
  },
);

it.each(['build.date', 'download.date'])('refuses a %s that cannot be searched', (path) => {
  for (const text of ['"not a date"', '""']) {
    expect(messages(buildText({ [path]: text }))).toEqual([
      expect.stringMatching(new RegExp(`^${path}: must be ISO 8601 .*, not ${text}$`)),
    ]);
  }
});

it.each([
  ['"a\\u0000b"', 'build.as: must be text without U+0000, not "a\\u0000b"'],
  ['"\\ud800"', 'build.as: must be text without half of a surrogate pair, not "\\ud800"'],
])('refuses text that PostgreSQL cannot store: %s', (text, message) => {
  expect(messages(buildText({ 'build.as': text }))).toEqual([message]);
});

it('never puts a character into a problem that could not be stored with it', () => {
  const texts = [
    buildText({ 'build.\ud800\0': '"\\u0000\\ud800"', 'source.tree': '["\\ud800"]' }),
    buildText({ 'source.tree': `"${'\\ud83d\\ude00'.repeat(99)}\\u0000\\ud800"` }),
  ];
  const shown = texts.flatMap(messages);
  expect(shown).toHaveLength(4);
  expect(shown.filter((words) => words.includes('\0') || !words.isWellFormed())).toEqual([]);
});

it.each([
  ['a', 32_766, 32_767],
  ['😀', 8191, 8192],
])('measures keywords in bytes: %s', (character, longest, tooLong) => {
  expect(messages(buildText({ 'download.url': JSON.stringify(character.repeat(longest)) }))).toEqual([]);
  const problems = messages(buildText({ 'download.url': JSON.stringify(character.repeat(tooLong)) }));
  expect(problems).toEqual([expect.stringContaining('download.url: must have up to 32766 bytes of UTF-8')]);
  expect(problems[0]?.length).toBeLessThan(300);
});

it('lets analysed text be of any length, and of every other character', () => {
  expect(messages(buildText({ 'build.as': JSON.stringify('\u0001\u007f\uffff😀'.repeat(20_000)) }))).toEqual(
    [],
  );
});
