import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { searchDocument } from '../schema/search/search-document.ts';

/** Characters of one request; Elasticsearch refuses more than 100 MB, and recommends 5 to 15. */
const maxRequestLength = 8_000_000;

/** A build to make searchable: `builds.id` in decimal digits, and its JSON text as published or as jsonb. */
export interface BuildText {
  readonly id: string;
  readonly text: string;
}

/** A build that Elasticsearch will never take, and why. */
export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

/** The alias to write to is not there, so that Elasticsearch refused to guess an index with mappings of its own. */
export class AliasMissingError extends Error {
  override readonly name = 'AliasMissingError';
}

/**
 * Writes the documents of builds through an alias, in as few requests as their size allows. A build that is in the
 * index already is written again, which changes nothing.
 *
 * @returns how many documents Elasticsearch has acknowledged, and what it refuses
 * @throws {AliasMissingError} if the alias does not exist; anything else that is thrown is transient, such as a closed index
 */
export async function writeBuilds(
  client: Client,
  alias: string,
  builds: readonly BuildText[],
  signal?: AbortSignal,
) {
  const refused: Refusal[] = [];
  let lines: string[] = [];
  let length = 0;
  const send = async () => {
    refused.push(...(await sendBulk(client, alias, lines, signal)));
    lines = [];
    length = 0;
  };
  for (const { id, text } of builds) {
    if (length + text.length > maxRequestLength) await send();
    try {
      lines.push(`{"index":{"_id":"${id}"}}\n${searchDocument(id, text)}`);
      length += text.length;
    } catch (error) {
      // An imported row may hold any JSON, also what is nested too deeply to be parsed.
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      refused.push({ id, reason: error.message });
    }
  }
  await send();
  return { documents: builds.length - refused.length, refused };
}

async function sendBulk(
  client: Client,
  alias: string,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Refusal[]> {
  if (lines.length === 0) return [];
  // One text, not thousands for the client to put together.
  const request = { index: alias, require_alias: true, operations: [lines.join('\n')] };
  const options = signal ? { signal } : {};
  // A response without a line for each document is a fraction of the size. Almost always it says that all is well.
  const { errors: hasErrors } = await client.bulk({ ...request, filter_path: ['errors'] }, options);
  if (!hasErrors) return [];
  const { items } = await client.bulk(request, options);
  const failures = items.flatMap(({ index }) => (index?.error ? [index] : []));
  const transient = failures.find(({ error }) => !isFinal(error));
  if (transient) {
    const { status, error } = transient;
    if (status === 404) throw new AliasMissingError(`There is no alias ${alias}: ${error?.reason}`);
    throw new errors.ElasticsearchClientError(
      `Elasticsearch could not index build ${transient._id}: ${status} ${error?.type}: ${error?.reason}`,
    );
  }
  return failures.map(({ _id, error }) => ({
    id: _id ?? '',
    reason: `${error?.type}: ${error?.reason}${error?.caused_by ? `: ${error.caused_by.reason}` : ''}`,
  }));
}

/** Errors about the content of a document, however long one waits. Those about its terms come from Lucene and have no type. */
const finalTypes = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);

/**
 * Whether Elasticsearch will never take a document. States of an index or of the cluster have the same status 400: a closed
 * index, an alias without a write index, a mapping that has to be updated first.
 */
function isFinal(error: Pick<estypes.ErrorCause, 'type' | 'reason'> | undefined): boolean {
  if (finalTypes.has(error?.type ?? '')) return true;
  return error?.type === 'illegal_argument_exception' && /immense term/.test(error.reason ?? '');
}

/** Of many refusals the first few: enough to see what is wrong. */
export function firstRefusals(refused: readonly Refusal[]): Refusal[] {
  return refused.slice(0, 10).map(({ id, reason }) => ({ id, reason: reason.slice(0, 500) }));
}

/** What several calls of {@link writeBuilds} have done, with the first few refusals. */
export interface Written {
  readonly documents: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
}

export const nothingWritten: Written = { documents: 0, refused: 0, refusals: [] };

export function addWritten(sum: Written, more: Awaited<ReturnType<typeof writeBuilds>>): Written {
  return {
    documents: sum.documents + more.documents,
    refused: sum.refused + more.refused.length,
    refusals: firstRefusals([...sum.refusals, ...more.refused]),
  };
}

/**
 * Deletes documents through an alias, in one request. One that is gone already is ignored.
 *
 * @throws whatever can pass, as an overloaded node
 */
export async function deleteDocuments(client: Client, alias: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { items } = await client.bulk({
    index: alias,
    require_alias: true,
    operations: ids.map((_id) => ({ delete: { _id } })),
  });
  const failure = items.find(({ delete: result }) => result?.error)?.delete;
  if (failure) {
    throw new errors.ElasticsearchClientError(
      `Elasticsearch could not delete document ${failure._id}: ${failure.status} ${failure.error?.reason}`,
    );
  }
}
