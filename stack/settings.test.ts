import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('the settings of the stack take one endpoint for both of S3 and SQS, or one each, but not half', () => {
  expect(readSettings({ AWS_ENDPOINT_URL: 'http://a' })).toMatchObject({
    s3Endpoint: 'http://a',
    sqsEndpoint: 'http://a',
  });
  const both = { AWS_ENDPOINT_URL_S3: 'http://a', AWS_ENDPOINT_URL_SQS: 'http://b' };
  expect(readSettings(both)).toMatchObject({ s3Endpoint: 'http://a', sqsEndpoint: 'http://b' });
  expect(() => readSettings({ AWS_ENDPOINT_URL_S3: 'http://a' })).toThrow('AWS_ENDPOINT_URL_SQS is not set');
  expect(() => readSettings({ AWS_ENDPOINT_URL_SQS: 'http://a' })).toThrow('AWS_ENDPOINT_URL_S3 is not set');
});

test('the settings of the stack keep from the started programs what is meant for clients', () => {
  const env = {
    PATH: '/bin',
    PGDATA: '/x',
    TEMPORAL_API_KEY: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    JAVA_HOME: '/j',
  };
  expect(readSettings(env).childEnv).toEqual({ PATH: '/bin', JAVA_HOME: '/j' });
});
