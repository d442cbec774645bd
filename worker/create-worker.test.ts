import { expect, test } from 'vitest';
import { ConfigError } from '../config/config.ts';
import { deploymentVersion } from './create-worker.ts';

test('a name and a build make a version whose runs follow the current one; without them there is none', () => {
  const none = { TEMPORAL_DEPLOYMENT_NAME: undefined, TEMPORAL_WORKER_BUILD_ID: undefined };
  expect(deploymentVersion(none)).toEqual({});
  const both = { TEMPORAL_DEPLOYMENT_NAME: 'buildhub', TEMPORAL_WORKER_BUILD_ID: '1.2.3' };
  expect(deploymentVersion(both).workerDeploymentOptions).toEqual({
    useWorkerVersioning: true,
    version: { deploymentName: 'buildhub', buildId: '1.2.3' },
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  });
});

test.each([
  { TEMPORAL_DEPLOYMENT_NAME: 'buildhub', TEMPORAL_WORKER_BUILD_ID: undefined },
  { TEMPORAL_DEPLOYMENT_NAME: undefined, TEMPORAL_WORKER_BUILD_ID: '1' },
])('half of it is refused', (config) => {
  expect(() => deploymentVersion(config)).toThrow(ConfigError);
});
