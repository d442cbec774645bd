import { z } from 'zod';
import { positionParameter } from '../openapi/page-position.ts';

/** Where a page ended: microseconds since 1970, then what tells rows of one moment apart. */
export type CursorParts = readonly [micros: string, ...ids: string[]];

const micros = z.string().regex(/^\d{1,17}$/);
const storable = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());

/** A parameter with a position of so many ids. */
export function cursorParameter(ids: number) {
  return positionParameter<CursorParts>(
    z.tuple([micros], storable).refine((parts) => parts.length === ids + 1),
  );
}
