import type { WorkerOptions } from '@temporalio/worker';
import { type Config, ConfigError } from '../config/config.ts';

/**
 * Temporal's Worker Deployment, where the configuration names one: Temporal then gives tasks only to the version that an
 * operator has made current, and can shift them little by little, or back. Runs that are open go on with the new
 * version, since the old one is gone once a rollout is over; so a workflow is changed by `patched()` all the same.
 *
 * @throws {ConfigError} where only one of the two variables is set
 */
export function deploymentVersion(
  config: Pick<Config, 'WORKER_DEPLOYMENT_NAME' | 'WORKER_BUILD_ID'>,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  const { WORKER_DEPLOYMENT_NAME: deploymentName, WORKER_BUILD_ID: buildId } = config;
  if (!deploymentName && !buildId) return {};
  if (!deploymentName || !buildId)
    throw new ConfigError('WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID must be set both, or neither');
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
