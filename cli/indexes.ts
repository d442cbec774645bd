import { Command } from 'commander';
import { loadConfig } from '../config/config.ts';
import { listBuildIndexes } from '../elasticsearch/build-index.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { formatTable, formatTime, print, printLines } from './terminal.ts';

export function indexesCommand(): Command {
  return new Command('indexes')
    .option('--json', 'one JSON object per line')
    .addHelpText(
      'after',
      `
To return to a former index, use "buildhub roll-back". To delete indexes, use "buildhub drop-indexes".

Examples:
  $ buildhub indexes
  $ buildhub indexes --json | jq -r 'select(.state == "former").name'`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const config = loadConfig();
      const client = createElasticsearchClient(config);
      const indexes = await listBuildIndexes(client, config.ELASTICSEARCH_INDEX);
      await client.close();
      if (json) return printLines(indexes);
      const rows = indexes.map(({ name, state, documents, bytes, createdAt, retiredAt }) => [
        name,
        state,
        documents,
        `${(bytes / 1_048_576).toFixed(1)} MB`,
        formatTime(new Date(createdAt)),
        state !== 'former' ? '' : retiredAt ? formatTime(new Date(retiredAt)) : 'unknown',
      ]);
      print(formatTable(['index', 'state', 'documents', 'size', 'created', 'live until'], rows));
    });
}
