import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { readBuilds } from '../../schema/published-build.ts';
import type { SampleObject } from '../../stack/samples/generate-builds.ts';
import { publish } from '../../stack/samples/publish.ts';

/** One key in so many is that of a buildhub.json. */
export const keysPerBuild = 20;

/** A bucket that looks like the one that Mozilla delivers from: beside each buildhub.json lie other files. */
export interface BackfillBucket {
  readonly name: string;
  /** Objects that are to be known before anything is measured: half of the builds. */
  readonly known: readonly SampleObject[];
  /** Builds that come of the other half: a Firefox release is a beta too. */
  readonly newBuilds: number;
  /** The other half, and all keys of other files. */
  rest(): Iterable<SampleObject>;
}

/** Plans a bucket of these builds, each with keys of other files beside it. */
export function planBucket(name: string, builds: readonly SampleObject[]): BackfillBucket {
  const known = builds.filter((_, index) => index % 2 === 0);
  return {
    name,
    known,
    newBuilds: hashesOf(builds).size - hashesOf(known).size,
    *rest() {
      for (const [index, build] of builds.entries()) {
        if (index % 2 === 1) yield build;
        for (let file = 1; file < keysPerBuild; file++) {
          const folder = build.key.slice(0, build.key.lastIndexOf('/'));
          yield { key: `${folder}/${index}-target.${file}.txt`, body: 'x' };
        }
      }
    },
  };
}

function hashesOf(objects: readonly SampleObject[]): Set<string> {
  return new Set(objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)));
}

/** Creates the bucket with what is to be known. */
export async function createBucket(s3: S3Client, { name, known }: BackfillBucket): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await publish(s3, name, known);
}

/** Puts all the rest into it. */
export async function fillBucket(
  s3: S3Client,
  bucket: BackfillBucket,
  onProgress: (done: number) => void,
): Promise<void> {
  await publish(s3, bucket.name, bucket.rest(), onProgress);
}
