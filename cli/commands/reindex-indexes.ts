import { Command } from 'commander';
import { loadConfig } from '../../config/config.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { listBuildIndexes } from '../../elasticsearch/list-build-indexes.ts';
import { startDropIndexes } from '../../temporal/start-reindex.ts';
import { formatTable } from '../format.ts';
import { parseCount } from '../parse-options.ts';
import { withTemporal } from '../with-temporal.ts';

/** `buildhub reindex indexes` */
export const reindexIndexesCommand = new Command('indexes')
  .description('list the indexes: the live one, former ones, and what an unfinished reindex has left')
  .option('--json', 'one JSON object a line')
  .addHelpText(
    'after',
    '\nExamples:\n  $ buildhub reindex indexes\n  $ buildhub reindex indexes --json | jq -r \'select(.state == "former").name\'',
  )
  .action(async ({ json }: { json?: boolean }) => {
    const config = loadConfig();
    const client = createElasticsearchClient(config);
    const indexes = await listBuildIndexes(client, config.ELASTICSEARCH_INDEX);
    if (json) for (const index of indexes) process.stdout.write(`${JSON.stringify(index)}\n`);
    else {
      const rows = indexes.map(({ name, state, documents, bytes, createdAt, retiredAt }) => [
        name,
        state,
        documents,
        `${(bytes / 1_000_000).toFixed(1)} MB`,
        createdAt,
        state === 'former' ? (retiredAt ?? 'unknown') : '',
      ]);
      const heading = ['index', 'state', 'documents', 'size', 'made', 'live until'];
      process.stdout.write(`${formatTable(heading, rows)}\n`);
    }
    await client.close();
  });

interface DropOptions {
  readonly old?: boolean;
  readonly keep: number;
  readonly json?: boolean;
}

/** `buildhub reindex drop` */
export const reindexDropCommand = new Command('drop')
  .description('delete indexes that are not live; the live one is refused')
  .argument('[index...]', 'names, as "buildhub reindex indexes" shows them')
  .option('--old', 'all that are not live, instead of names')
  .option('--keep <number>', 'with --old: but for the newest so many former ones', parseCount, 0)
  .option('--json', 'the names as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reindex drop buildhub2-000001
  $ buildhub reindex drop --old --keep 1        all that are not needed for a roll-back`,
  )
  .action((names: string[], { old, keep, json }: DropOptions, command: Command) => {
    if (old ? names.length > 0 : names.length === 0) command.error('error: name indexes, or take --old');
    return withTemporal(async ({ client, config, operator }) => {
      const handle = await startDropIndexes(client, config, old ? { keep } : { names }, operator);
      const { facts } = await handle.result();
      const dropped = facts.map(({ value }) => value);
      if (json) process.stdout.write(`${JSON.stringify(dropped)}\n`);
      else
        process.stdout.write(
          `${dropped.length === 0 ? 'Nothing to drop' : `Dropped ${dropped.join(', ')}`}\n`,
        );
    });
  });
