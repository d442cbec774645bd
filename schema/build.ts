/**
 * A build as its buildhub.json describes it (schema.yaml). Values are as published: dates and versions are strings
 * that nothing rewrites, and a number is a double here, which is exact up to 2^53.
 */
export interface Build {
  build: {
    /** Fourteen digits, `20191016161957`. */
    id?: string;
    date?: string;
    number?: number;
    as?: string;
    ld?: string;
    cc?: string;
    cxx?: string;
    host?: string;
    target?: string;
  };
  source: { product: string; repository?: string; tree?: string; revision?: string };
  target: {
    platform: string;
    os?: 'linux' | 'win' | 'mac' | 'android' | 'maemo';
    locale: string;
    version: string;
    channel: string;
  };
  download: {
    url: string;
    mimetype: string;
    /** Bytes. */
    size: number;
    date: string;
  };
}
