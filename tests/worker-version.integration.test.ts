import { expect, test } from 'vitest';
import { startIngestion } from '../worker/start-ingestion.ts';
import { eventually } from './fixture/eventually.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';

test('with a version, ingestions end where they began and operations continue with the current version', async () => {
  await using sandbox = await createSandbox();
  const { temporal, config } = sandbox;
  const { TEMPORAL_TASK_QUEUE: taskQueue, TEMPORAL_NAMESPACE: namespace, S3_BUCKET: bucket } = config;
  const buildId = '1.2.3';
  await using _worker = await runWorkerHere(sandbox, {
    TEMPORAL_DEPLOYMENT_NAME: taskQueue,
    TEMPORAL_WORKER_BUILD_ID: buildId,
  });
  await eventually('the version to be current', async () => {
    await temporal.workflowService.setWorkerDeploymentCurrentVersion({
      ...{ namespace, deploymentName: taskQueue, buildId, identity: 'a test' },
    });
    return true;
  });
  const workflowId = `ingest:${bucket}/buildhub.json`;
  const input = { messageId: 'a test', objects: [{ bucket, key: 'buildhub.json' }] };
  const plan = { kind: 'ingestion', workflowId, input, ignored: [] } as const;
  await startIngestion({ client: temporal, taskQueue, eager: false }, plan);
  const operation = await startWorkflow(temporal, 'retry', config, { selection: { objects: {} } });
  const behaviours = await Promise.all(
    [temporal.workflow.getHandle(workflowId), operation].map(async (handle) => {
      await handle.result();
      const { raw } = await handle.describe();
      return raw.workflowExecutionInfo?.versioningInfo?.behavior;
    }),
  );
  // Pinned, auto-upgrade.
  expect(behaviours).toEqual([1, 2]);
});
