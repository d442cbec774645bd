import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';

const folder = new URL('../../workflows/histories/', import.meta.url);
/** With tracing an update completes a moment later, which is another order: it is not turned on while a run takes some. */
const changed = ['reindex-limited-and-paused.pb', 'reconcile-paused-and-cancelled.pb'];
const histories = readdirSync(folder).filter((name) => name.endsWith('.pb') && !changed.includes(name));
const observer = fileURLToPath(new URL('./workflow-observer.ts', import.meta.url));
const tracing = fileURLToPath(
  import.meta.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors'),
);

// There is nobody to take what the interceptors report, which the SDK calls an error.
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) }));

// A run may begin in a worker that does not observe, or does not trace, and go on in one that does.
describe.each([
  ['observed', [observer]],
  ['observed and traced', [tracing, observer]],
])('runs that were not, %s', (_, workflowInterceptorModules) => {
  let workflowBundle: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      workflowInterceptorModules,
      logger: new DefaultLogger('ERROR'),
    });
  }, 60_000);

  test('there are histories to replay', () => expect(histories).not.toEqual([]));

  test.each(histories)(
    '%s replays',
    async (name) => {
      const history = proto.temporal.api.history.v1.History.decode(readFileSync(new URL(name, folder)));
      await Worker.runReplayHistory({ workflowBundle, replayName: name }, history);
    },
    30_000,
  );
});
