import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { HealthCheck } from './health-check.ts';

/** Whether the bucket with the builds is there and may be read. */
export function checkS3Bucket(client: S3Client, bucket: string): HealthCheck {
  return {
    name: 'check_s3_bucket_url',
    async run(signal) {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
        return [];
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) return [found('E002', `The bucket ${bucket} can not be found.`)];
        if (status === 403) return [found('E003', `You do not have access to read ${bucket}.`)];
        throw new Error(`The bucket ${bucket} cannot be checked: ${String(error)}`, { cause: error });
      }
    },
  };
}

function found(id: string, text: string) {
  return { level: 'error', id: `buildhub.health.${id}`, text } as const;
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode;
}
