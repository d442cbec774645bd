import { expect, test } from 'vitest';
import { ConfigError } from '../config/config.ts';
import { deploymentVersion } from './create-worker.ts';

test('without a name there is no versioning', () => {
  expect(deploymentVersion({ WORKER_DEPLOYMENT_NAME: undefined, WORKER_BUILD_ID: undefined })).toEqual({});
});

test('a name and a build make a version whose runs follow the current one', () => {
  expect(deploymentVersion({ WORKER_DEPLOYMENT_NAME: 'buildhub', WORKER_BUILD_ID: '1.2.3' })).toEqual({
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: 'buildhub', buildId: '1.2.3' },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  });
});

test.each([
  { WORKER_DEPLOYMENT_NAME: 'buildhub', WORKER_BUILD_ID: undefined },
  { WORKER_DEPLOYMENT_NAME: undefined, WORKER_BUILD_ID: '1' },
])('half of it is refused', (config) => {
  expect(() => deploymentVersion(config)).toThrow(ConfigError);
});
