import type { Client } from '@elastic/elasticsearch';

/** What Buildhub remembers about an index, in the index itself (`_meta` of its mapping), so that both go together. */
export interface IndexNote {
  /** The run that made the index; none for the first index of a deployment. */
  readonly run?: string;
  /**
   * A moment, by the clock of PostgreSQL, before the alias was moved away from the index: it holds every build whose
   * `indexed_at` is earlier. Meaningless while the index is live.
   */
  readonly retiredAt?: string | undefined;
}

/** The note among the `_meta` of a mapping. */
export function readNote(meta: Record<string, unknown> | undefined): IndexNote {
  const { run, retiredAt } = (meta?.buildhub ?? {}) as { run?: unknown; retiredAt?: unknown };
  return {
    ...(typeof run === 'string' && { run }),
    ...(typeof retiredAt === 'string' && { retiredAt }),
  };
}

/** The `_meta` of a mapping that holds a note. */
export function metaOf(note: IndexNote): { buildhub: IndexNote } {
  return { buildhub: note };
}

/** Replaces the note of an index. */
export async function writeNote(client: Client, index: string, note: IndexNote): Promise<void> {
  await client.indices.putMapping({ index, _meta: metaOf(note) });
}
