import { expect, test } from 'vitest';
import { ConfigError } from '../config/config.ts';
import { deploymentVersion } from './create-worker.ts';

test.each([
  { TEMPORAL_DEPLOYMENT_NAME: 'buildhub', TEMPORAL_WORKER_BUILD_ID: undefined },
  { TEMPORAL_DEPLOYMENT_NAME: undefined, TEMPORAL_WORKER_BUILD_ID: '1' },
])('half of a version is refused: %j', (config) => {
  expect(() => deploymentVersion(config)).toThrow(ConfigError);
});
