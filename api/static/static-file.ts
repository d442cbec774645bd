import { readFileSync, type Stats } from 'node:fs';
import { getMimeType } from 'hono/utils/mime';

/** Eight hex digits, as webpack names files: `main.8741ee2b.js`. */
const hexHash = /\b[a-f0-9]{8}\b/;
/** As Vite names them: `assets/index-DiwrgTda.js`. */
const viteHash = /\/assets\/[^/]*-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

/** A file that is served as it is. What can be known once is known once; the content is read when it is asked for. */
export class StaticFile {
  readonly path: string;
  readonly url: string;
  readonly size: number;
  readonly contentType: string;
  /** In whole seconds, as HTTP dates have no more. */
  readonly modified: Date;
  readonly cacheControl: string;
  readonly isText: boolean;
  readonly #tag: string;
  #content: Buffer<ArrayBuffer> | undefined;

  /** @param url its address, for example `/assets/index-DiwrgTda.js` */
  constructor(path: string, url: string, stats: Stats) {
    this.path = path;
    this.url = url;
    this.size = stats.size;
    const seconds = Math.floor(stats.mtimeMs / 1000);
    this.modified = new Date(seconds * 1000);
    this.#tag = `${seconds.toString(16)}-${stats.size.toString(16)}`;
    const [type = 'application/octet-stream', charset] = (getMimeType(path) ?? '').split('; ');
    // Quotes and all: it is what WhiteNoise sends.
    this.contentType = charset ? `${type}; charset="utf-8"` : type || 'application/octet-stream';
    this.isText = charset !== undefined || /json|javascript|xml|manifest|wasm/.test(type);
    this.cacheControl =
      hexHash.test(url) || viteHash.test(url) ? 'max-age=315360000, public, immutable' : 'max-age=60, public';
  }

  /** Its entity tag, another one for each encoding: the bytes are others. */
  etag(encoding?: string): string {
    return encoding === undefined ? `"${this.#tag}"` : `"${this.#tag}-${encoding}"`;
  }

  content(): Buffer<ArrayBuffer> {
    this.#content ??= Buffer.from(readFileSync(this.path));
    return this.#content;
  }
}
