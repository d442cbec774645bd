import type { Logger } from '../../telemetry/logger.ts';
import type { HitPage } from './point-in-time.ts';
import type { RowFormat } from './row-formats.ts';

export interface RowStreamOptions {
  readonly format: RowFormat;
  readonly limit: number;
  /** Milliseconds that a client may take for {@link rowsAtOnce} rows; less than a point in time lives. */
  readonly stallLimit: number;
  readonly logger: Logger;
  /** Called once when the stream has ended in any way, to stop what still runs for it. */
  readonly onEnd: () => void;
  /** Breaks the connection: over HTTP/1.0, which proxies use, closing it would look like the end. */
  readonly onCutOff: () => void;
}

const encoder = new TextEncoder();

/** Rows that are written at once, some 100 kB: the least that a client has to take within the stall limit. */
const rowsAtOnce = 50;

/**
 * The rows of an export as a stream that holds one page: the next is asked for when the client has taken the one
 * before. An error ends the connection instead of the stream, so that no client takes a part for the whole.
 *
 * @param first the page that was read already, to know that the search can be carried out
 */
export function rowStream(
  first: HitPage,
  rest: AsyncGenerator<HitPage, void, undefined>,
  { format, limit, stallLimit, logger, onEnd, onCutOff }: RowStreamOptions,
): ReadableStream<Uint8Array> {
  let left = limit;
  let page: HitPage | undefined = first;
  /** How many hits of the page have been written. */
  let written = 0;
  let stalled: NodeJS.Timeout | undefined;
  let isOver = false;
  const end = async () => {
    isOver = true;
    clearTimeout(stalled);
    onEnd();
    await rest.return(undefined).catch(() => undefined);
  };

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (format.head !== '') controller.enqueue(encoder.encode(format.head));
      },
      async pull(controller) {
        clearTimeout(stalled);
        try {
          if (page !== undefined && written >= page.hits.length) {
            page = await read(rest);
            written = 0;
          }
          const hits = page?.hits.slice(written, written + Math.min(rowsAtOnce, left)) ?? [];
          written += hits.length;
          left -= hits.length;
          if (hits.length > 0) controller.enqueue(encoder.encode(format.rows(hits)));
          if (hits.length === 0 || left === 0) {
            controller.close();
            await end();
            return;
          }
          stalled = setTimeout(() => {
            onCutOff();
            controller.error(new Error('The client does not take the export'));
            void end();
          }, stallLimit);
        } catch (error) {
          if (!isOver) logger.warn({ err: error }, 'An export was cut off');
          onCutOff();
          controller.error(error);
          await end();
        }
      },
      async cancel() {
        await end();
      },
    },
    { highWaterMark: 0 },
  );
}

async function read(rest: AsyncGenerator<HitPage, void, undefined>): Promise<HitPage | undefined> {
  const { done, value } = await rest.next();
  return done ? undefined : value;
}
