import { writeFileSync } from 'node:fs';
import { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { loadConfig } from '../config/config.ts';
import { connectClient } from '../temporal/connection.ts';

/*
 * Stores the history of a workflow that has run, for the replay test: after a change of a workflow it shows whether
 * runs that are open at the time of the upgrade can continue.
 */
const [name, workflowId, runId] = process.argv.slice(2);
if (!name || !workflowId) {
  process.stderr.write('Usage: node workflows/record-history.ts NAME WORKFLOW_ID [RUN_ID]\n');
  process.exit(2);
}
const config = loadConfig();
const connection = connectClient(config);
const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
const file = new URL(`./histories/${name}.pb`, import.meta.url);
writeFileSync(file, proto.temporal.api.history.v1.History.encode(history).finish());
process.stdout.write(`${file.pathname}: ${history.events?.length} events\n`);
await connection.close();
