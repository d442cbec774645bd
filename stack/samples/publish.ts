import { readdirSync, readFileSync } from 'node:fs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { generateBuilds, type SampleObject } from './generate-builds.ts';

const realFiles = new URL('../../schema/samples/', import.meta.url);

/** Uploads that are on their way at the same time. */
const concurrency = 8;

/** The four real buildhub.json files in schema/samples, under keys of the form that the release automation uses. */
export function realBuilds(): SampleObject[] {
  return readdirSync(realFiles)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const body = readFileSync(new URL(name, realFiles), 'utf8');
      const { download } = JSON.parse(body) as { download: { url: string } };
      const folder = new URL(download.url).pathname.split('/').slice(1, -1).join('/');
      return { key: `${decodeURIComponent(folder)}/buildhub.json`, body };
    });
}

/** The real files first, then generated ones until there are `count`. */
export function* sampleBuilds(count: number, until: Date, seed?: number): Generator<SampleObject> {
  const real = realBuilds().slice(0, count);
  yield* real;
  yield* generateBuilds(count - real.length, until, seed);
}

/**
 * Puts objects into the bucket, several at a time.
 *
 * @param onProgress called with the number of objects that are there, after each
 * @throws the first error of S3
 */
export async function publish(
  s3: S3Client,
  bucket: string,
  objects: Iterable<SampleObject>,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  const upload = async ({ key, body }: SampleObject) => {
    const command = { Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' };
    await s3.send(new PutObjectCommand(command));
    onProgress(++done);
  };
  await pMap(objects, upload, { concurrency });
}
