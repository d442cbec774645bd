import type { S3ObjectWrite } from '../schema/s3/s3-object-write.ts';
import { attemptSignal } from './current-attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { type Download, readObject } from './read-object.ts';

/** Reads the S3 object that an event told of, see {@link readObject}. */
export function makeDownloadObject(dependencies: Pick<ActivityDependencies, 's3' | 'maxObjectBytes'>) {
  return async function downloadObject({ bucket, key }: S3ObjectWrite): Promise<Download> {
    const content = await readObject(dependencies, { bucket, key }, attemptSignal());
    if (content.status === 'unmodified') throw new Error('S3 answered 304 to a request without a condition');
    return content;
  };
}
