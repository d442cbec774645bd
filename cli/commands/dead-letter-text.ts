import { readS3Event, UnreadableMessageError } from '../../schema/s3/s3-event.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';

/** Characters of a body that a line shows. */
const maxShownBody = 160;

/** What a message is about, a line each: the objects that it tells of, or the beginning of one that tells of none. */
export function describeBody(body: string): readonly string[] {
  const objects = objectsOf(body);
  if (objects.length > 0) return objects.map(({ bucket, key }) => `s3://${bucket}/${key}`);
  const line = body.replaceAll(/\s+/g, ' ');
  return [line.length <= maxShownBody ? line : `${line.slice(0, maxShownBody)} …`];
}

function objectsOf(body: string): readonly S3ObjectWrite[] {
  try {
    return readS3Event(body).objects;
  } catch (error) {
    if (error instanceof UnreadableMessageError) return error.objects;
    throw error;
  }
}
