/** What the stack takes from the environment. Only this file reads it. */
export type StackSettings = Readonly<ReturnType<typeof readSettings>>;

/**
 * Reads the settings from an environment (by default this process's). Empty values count as absent.
 * Throws when only one of the two AWS endpoints is given.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env) {
  const value = (name: string) => env[name]?.trim() || undefined;
  const s3Endpoint = value('AWS_ENDPOINT_URL_S3') ?? value('AWS_ENDPOINT_URL');
  const sqsEndpoint = value('AWS_ENDPOINT_URL_SQS') ?? value('AWS_ENDPOINT_URL');
  if ((s3Endpoint === undefined) !== (sqsEndpoint === undefined)) {
    const missing = s3Endpoint === undefined ? 'AWS_ENDPOINT_URL_S3' : 'AWS_ENDPOINT_URL_SQS';
    throw new Error(
      `${missing} is not set, but its counterpart is. Set both to use S3 and SQS that run elsewhere, or neither to have them started here.`,
    );
  }
  return {
    // Services that run elsewhere: nothing is started for those, their health is checked.
    databaseUrl: value('DATABASE_URL'),
    elasticsearchUrl: value('ELASTICSEARCH_URL'),
    temporalAddress: value('TEMPORAL_ADDRESS'),
    temporalNamespace: value('TEMPORAL_NAMESPACE') ?? 'default',
    temporalUiUrl: value('TEMPORAL_UI_URL'),
    s3Endpoint,
    sqsEndpoint,
    aws: {
      region: value('AWS_REGION') ?? value('AWS_DEFAULT_REGION') ?? 'us-west-2',
      accessKeyId: value('AWS_ACCESS_KEY_ID') ?? 'local',
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY') ?? 'local',
    },
    /** What the started programs see. PGDATA and the like are for clients, and moto must not see AWS credentials. */
    childEnv: Object.fromEntries(
      Object.entries(env).filter(
        ([name]) => !/^(PG[A-Z]+|TEMPORAL_.*|AWS_.*|MOTO_.*|ES_.*|NODE_OPTIONS)$/.test(name),
      ),
    ),
  };
}
