import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { StaticFile } from './static-file.ts';

export type Encoding = 'br' | 'gzip';

/** Smaller files fit into one packet anyway. */
const leastSize = 1024;

/** The best encoding that a client takes for a file, or undefined to send it as it is. */
export function chooseEncoding(file: StaticFile, acceptEncoding: string | undefined): Encoding | undefined {
  if (!file.isText || file.size < leastSize || acceptEncoding === undefined) return undefined;
  const accepted = new Set<string>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.trim().split(/\s*;\s*/);
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  if (accepted.has('br')) return 'br';
  return accepted.has('gzip') ? 'gzip' : undefined;
}

const compressed = new WeakMap<StaticFile, Map<Encoding, Promise<Buffer<ArrayBuffer>>>>();

/** The content of a file in an encoding, compressed when it is first asked for and kept. */
export function encodedContent(file: StaticFile, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  const known = compressed.get(file) ?? new Map<Encoding, Promise<Buffer<ArrayBuffer>>>();
  compressed.set(file, known);
  const content = known.get(encoding) ?? compress(file.content(), encoding);
  known.set(encoding, content);
  return content;
}

async function compress(content: Buffer, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  const result =
    encoding === 'br'
      ? await promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : await promisify(gzip)(content, { level: 9 });
  return Buffer.from(result);
}
