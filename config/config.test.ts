import { expect, test } from 'vitest';
import { thrownBy } from '../tests/fixture/thrown-by.ts';
import { ConfigError, loadConfig } from './config.ts';
import { withoutPasswords } from './without-passwords.ts';

const complaintAbout = (env: Record<string, string>) => thrownBy(ConfigError, () => loadConfig(env)).message;

test.each<[Record<string, string>, object]>([
  [{ API_PORT: '0' }, { API_PORT: 0 }],
  [{ S3_UNSIGNED: '1' }, { S3_UNSIGNED: true }],
  [{ S3_UNSIGNED: '0' }, { S3_UNSIGNED: false }],
])('%j becomes %j', (env, expected) => {
  expect(loadConfig(env)).toMatchObject(expected);
});

test('an empty value counts as not set', () => {
  const config = loadConfig({ API_PORT: '', SQS_QUEUE_URL: '', LOG_LEVEL: '', DATABASE_URL: '' });
  expect(config).toEqual(loadConfig({}));
});

test('variables of other programs are left alone and not kept', () => {
  expect(loadConfig({ HOME: '/root', PGDATA: 'x' })).toEqual(loadConfig({}));
});

test('every bad value is named at once, with where to read on', () => {
  const message = complaintAbout({ API_PORT: '70000', LOG_LEVEL: 'loud', ELASTICSEARCH_INDEX: 'Big' });
  const [head, ...lines] = message.split('\n');
  expect(head).toBe('The environment has 3 invalid values (see docs/configuration.md):');
  expect(lines.map((line) => line.trim().split(' ')[0]).sort()).toEqual([
    'API_PORT',
    'ELASTICSEARCH_INDEX',
    'LOG_LEVEL',
  ]);
});

test.each([
  ['POLLER_MAX_IN_FLIGHT', '0', /must be a whole number of 1 or more/],
  ['POLLER_RECEIVERS', '1.5', /must be a whole number/],
  ['SQS_WAIT_SECONDS', '21', /from 1 to 20/],
  ['SQS_VISIBILITY_SECONDS', '9', /from 10 to/],
  ['API_PORT', '65536', /from 0 to 65535/],
  ['S3_UNSIGNED', 'yes', /expected one of "0"\|"1"\|"true"\|"false"/],
  ['ELASTICSEARCH_INDEX', 'Builds', /lower case letters/],
  ['ELASTICSEARCH_REFRESH_INTERVAL', '1', /a duration up to 29 seconds/],
  ['ELASTICSEARCH_REFRESH_INTERVAL', '0ms', /a duration up to 29 seconds/],
  ['ELASTICSEARCH_URL', 'localhost:9200', /URL/],
])('%s = %s is refused, and the message says what it was and what it must be', (name, value, rule) => {
  const [head, line = ''] = complaintAbout({ [name]: value }).split('\n');
  expect(head).toMatch(/^The environment has 1 invalid value \(/);
  expect(line).toContain(`  ${name} = ${JSON.stringify(value)}: `);
  expect(line).toMatch(rule);
});

test('a secret is never part of a message', () => {
  const message = complaintAbout({ DATABASE_URL: 'mysql://buildhub:open-sesame@db/buildhub' });
  expect(message).toContain('DATABASE_URL = (not shown): ');
  expect(message).not.toContain('open-sesame');
  expect(complaintAbout({ ELASTICSEARCH_URL: 'ftp://elastic:open-sesame@es:9200' })).not.toContain(
    'open-sesame',
  );
});

test.each([
  ['http://user:secret@host:9200/x', 'http://***@host:9200/x'],
  ['connect to postgresql://user:s%40c/r@t@host/db failed', 'connect to postgresql://***@host/db failed'],
  ['http://:secret@a and http://b:secret@c', 'http://***@a and http://***@c'],
  ['http://host:9200/index?q=a@b', 'http://host:9200/index?q=a@b'],
  ['s3://bucket/a@b:c@d', 's3://bucket/a@b:c@d'],
  [
    'postgresql://host/buildhub?user=ada&password=secret&sslmode=require',
    'postgresql://host/buildhub?user=ada&password=***&sslmode=require',
  ],
  ['Authorization: ApiKey c2VjcmV0, Bearer c2VjcmV0', 'Authorization: ApiKey ***, Bearer ***'],
])('a password in an address is replaced: %s', (text, shown) => {
  expect(withoutPasswords(text)).toBe(shown);
});
