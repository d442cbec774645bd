import { S3ServiceException } from '@aws-sdk/client-s3';

/** What S3 answers for objects of somebody else, archived ones, and those encrypted with a key that it was not given. */
const codes = new Set(['AccessDenied', 'AllAccessDisabled', 'InvalidObjectState', 'InvalidRequest']);

/**
 * Why S3 does not hand out an object, as a sentence; undefined where an error is not about this object: a service that is
 * away, too many requests, credentials that have expired.
 */
export function whyDenied(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { name, message, $metadata } = error;
  const isAboutObject = codes.has(name) || name.startsWith('KMS');
  return isAboutObject ? `S3 answers ${$metadata.httpStatusCode} ${name}: ${message}` : undefined;
}
