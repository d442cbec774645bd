import type { Client } from '@elastic/elasticsearch';
import type { StoredText } from '../../drizzle/queries/read-stored-builds.ts';
import { bulkDocuments, type NewDocument, type Refusal } from '../../elasticsearch/bulk-documents.ts';
import { storedDocument } from '../../elasticsearch/stored-document.ts';

/** Characters of one request; Elasticsearch refuses more than 100 MB, and recommends 5 to 15. */
const maxRequestLength = 8_000_000;

/** What became of builds that were written. */
export interface Written {
  /** Documents that Elasticsearch has acknowledged. */
  readonly documents: number;
  /** Builds that it will never take. */
  readonly refused: readonly Refusal[];
}

/**
 * Writes stored builds through an alias, in as few requests as their size allows.
 *
 * @throws as `bulkDocuments` does
 */
export async function writeBuilds(
  client: Client,
  alias: string,
  builds: readonly StoredText[],
  signal?: AbortSignal,
): Promise<Written> {
  const refused: Refusal[] = [];
  let request: NewDocument[] = [];
  let length = 0;
  const send = async () => {
    refused.push(...(await bulkDocuments(client, alias, request, signal)));
    request = [];
    length = 0;
  };
  for (const { id, text } of builds) {
    if (length + text.length > maxRequestLength) await send();
    try {
      request.push({ id, document: storedDocument(id, text) });
      length += text.length;
    } catch (error) {
      // An imported row may hold any JSON.
      if (!(error instanceof TypeError)) throw error;
      refused.push({ id, reason: error.message });
    }
  }
  await send();
  return { documents: builds.length - refused.length, refused };
}

/** Of many refusals the first few: enough to see what is wrong. */
export function firstRefusals(refused: readonly Refusal[]): Refusal[] {
  return refused.slice(0, 10).map(({ id, reason }) => ({ id, reason: reason.slice(0, 500) }));
}
