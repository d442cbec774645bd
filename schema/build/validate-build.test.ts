import { describe, expect, it } from 'vitest';
import { parseJson } from '../json/parse-json.ts';
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
  return validateBuild(parseJson(text)).map(({ message }) => message);
}

describe('validateBuild', () => {
  it('finds nothing wrong with a valid build', () => {
    expect(validateBuild(parseJson(buildText()))).toEqual([]);
    expect(messages(buildText({ 'build.id': '""', 'target.version': '""' }))).toEqual([]);
    expect(
      messages(buildText({ 'build.id': '', 'build.date': '', 'build.number': '', 'build.as': '' })),
    ).toEqual([]);
  });

  it('names path, rule and message of each problem', () => {
    expect(validateBuild(parseJson(buildText({ 'target.os': '"ios"' })))).toEqual([
      {
        path: 'target.os',
        rule: 'enum',
        message: "target.os: 'ios' is not one of ['linux', 'win', 'mac', 'android', 'maemo']",
      },
    ]);
  });

  it.each([
    [{ 'source.product': '' }, "source: 'product' is a required property"],
    [{ 'target.channel': '123' }, "target.channel: 123 is not of type 'string'"],
    [{ 'source.tree': 'null' }, "source.tree: None is not of type 'string'"],
    [{ 'source.tree': '{"a":[1.0,true]}' }, "source.tree: {'a': [1.0, True]} is not of type 'string'"],
    [{ 'build.junk': '1' }, "build: Additional properties are not allowed ('junk' was unexpected)"],
    [{ 'download.size': '1.5' }, "download.size: 1.5 is not of type 'integer'"],
    [{ 'download.size': 'true' }, "download.size: True is not of type 'integer'"],
    [{ 'download.size': 'NaN' }, "download.size: nan is not of type 'integer'"],
    [{ 'download.size': 'Infinity' }, "download.size: inf is not of type 'integer'"],
    [{ 'download.size': '1e400' }, "download.size: inf is not of type 'integer'"],
    [{ 'download.size': '"1"' }, "download.size: '1' is not of type 'integer'"],
  ])('breaks the schema: %o', (changes, message) => {
    expect(messages(buildText(changes))).toEqual([message]);
  });

  it('names all unexpected members of an object at once, __proto__ among them', () => {
    const text = buildText().replace('"build":{', '"build":{"junk":1,"__proto__":{},');
    expect(messages(text)).toEqual([
      "build: Additional properties are not allowed ('junk', '__proto__' were unexpected)",
    ]);
  });

  it.each(['[]', 'null', '"x"', '7', 'true'])('wants an object: %s', (text) => {
    expect(validateBuild(parseJson(text))).toMatchObject([{ path: '(root)', rule: 'type' }]);
  });

  it('lists every problem, not the first one only', () => {
    expect(messages('{"junk":1,"build":{"id":5}}')).toEqual([
      "(root): 'source' is a required property",
      "(root): 'download' is a required property",
      "(root): 'target' is a required property",
      "(root): Additional properties are not allowed ('junk' was unexpected)",
      "build.id: 5 is not of type 'string'",
    ]);
  });

  // Each of these was tried with a real Elasticsearch 9.5.3 and PostgreSQL 18.
  it.each([
    '1.0',
    '1e3',
    '1E+2',
    '-0',
    '-0.0',
    '0e0',
    '-1',
    '1e-400',
    '9223372036854775807',
    '9007199254740993',
  ])('takes %s for an integer that can be stored', (size) => {
    expect(messages(buildText({ 'download.size': size, 'build.number': size }))).toEqual([]);
  });

  it.each([
    '9223372036854775807.0',
    '-9223372036854775808',
    '-9.223372036854775808e18',
    '922337203685477580700e-2',
  ])('takes %s, at the very limit of 64 bits', (size) => {
    expect(messages(buildText({ 'download.size': size }))).toEqual([]);
  });

  it.each([
    '9223372036854775808',
    '-9223372036854775809',
    '9223372036854775808.0',
    '1e19',
    '1e21',
    '9'.repeat(400),
  ])('refuses %s, which is beyond 64 bits', (size) => {
    const problems = validateBuild(parseJson(buildText({ 'download.size': size })));
    expect(problems).toMatchObject([{ path: 'download.size', rule: 'number' }]);
    expect(problems[0]?.message).toContain('does not fit a signed 64-bit integer');
  });

  it.each([`1.${'0'.repeat(999)}`, '9'.repeat(1001), '0e99999', '0e-99999'])(
    'refuses a number that is too long to be stored: %s',
    (size) => {
      expect(messages(buildText({ 'download.size': size }))).toEqual([
        expect.stringContaining('is too long'),
      ]);
    },
  );

  it.each(['build.date', 'download.date'])('refuses a %s that cannot be searched', (path) => {
    expect(validateBuild(parseJson(buildText({ [path]: '"not a date"' })))).toMatchObject([
      { path, rule: 'date', message: expect.stringContaining(`${path}: 'not a date' is not a date`) },
    ]);
    expect(validateBuild(parseJson(buildText({ [path]: '""' })))).toMatchObject([{ path, rule: 'date' }]);
  });

  it.each([
    ['"a\\u0000b"', 'nul', "build.as: 'a\\x00b' holds the character U+0000"],
    ['"\\ud800"', 'surrogate', "build.as: '\\ud800' holds half of a surrogate pair"],
    ['"x\\udc00"', 'surrogate', "build.as: 'x\\udc00' holds half of a surrogate pair"],
  ])('refuses text that PostgreSQL cannot store: %s', (text, rule, message) => {
    expect(validateBuild(parseJson(buildText({ 'build.as': text })))).toMatchObject([
      { path: 'build.as', rule, message: expect.stringContaining(message) },
    ]);
  });

  it('takes every other character', () => {
    expect(messages(buildText({ 'build.as': '"\\u0001\\u007f\\uffff\\ud83d\\ude00"' }))).toEqual([]);
  });

  it('never puts a character into a problem that could not be stored with it', () => {
    const text = buildText({
      'build.\ud800\0': '"\\u0000\\ud800"',
      'source.tree': `"${'\\ud83d\\ude00'.repeat(99)}\\u0000"`,
    });
    const told = validateBuild(parseJson(text)).map(({ path, message }) => path + message);
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter((words) => words.includes('\0') || !words.isWellFormed())).toEqual([]);
  });

  it.each([
    ['a', 32_766, 32_767],
    ['é', 16_383, 16_384],
    ['😀', 8191, 8192],
  ])('measures keywords in bytes: %s', (character, longest, tooLong) => {
    expect(messages(buildText({ 'download.url': JSON.stringify(character.repeat(longest)) }))).toEqual([]);
    const problems = validateBuild(
      parseJson(buildText({ 'download.url': JSON.stringify(character.repeat(tooLong)) })),
    );
    expect(problems).toMatchObject([{ path: 'download.url', rule: 'keyword-length' }]);
    expect(problems[0]?.message.length).toBeLessThan(300);
  });

  it('lets analysed text be of any length', () => {
    expect(messages(buildText({ 'build.as': JSON.stringify('é'.repeat(100_000)) }))).toEqual([]);
  });
});
