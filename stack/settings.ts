import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What the stack takes from the environment. Only this file reads it. */
export interface StackSettings {
  /** Services that run elsewhere: nothing is started for those, their health is checked. */
  readonly databaseUrl: string | undefined;
  readonly elasticsearchUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly sqsEndpoint: string | undefined;
  readonly aws: { readonly region: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly javaHome: string | undefined;
  /** Folders in which programs are looked for. */
  readonly path: readonly string[];
  readonly home: string;
  /** Where this user's stacks tell each other which ports they hold. */
  readonly portReservationDir: string;
  /** What the started programs see of the environment. */
  readonly childEnv: Readonly<Record<string, string | undefined>>;
}

const defaultRegion = 'us-west-2';

/**
 * Reads the settings from an environment (by default this process's). Empty values count as absent.
 * Throws when only one of the two AWS endpoints is given.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): StackSettings {
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
    databaseUrl: value('DATABASE_URL'),
    elasticsearchUrl: value('ELASTICSEARCH_URL'),
    temporalAddress: value('TEMPORAL_ADDRESS'),
    temporalNamespace: value('TEMPORAL_NAMESPACE') ?? 'default',
    temporalUiUrl: value('TEMPORAL_UI_URL'),
    s3Endpoint,
    sqsEndpoint,
    aws: {
      region: value('AWS_REGION') ?? value('AWS_DEFAULT_REGION') ?? defaultRegion,
      accessKeyId: value('AWS_ACCESS_KEY_ID') ?? 'local',
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY') ?? 'local',
    },
    javaHome: value('JAVA_HOME'),
    path: (env.PATH ?? '').split(':').filter((folder) => folder !== ''),
    home: value('HOME') ?? homedir(),
    portReservationDir: join(tmpdir(), `local-stack-ports-${userInfo().uid}`),
    childEnv: withoutForeignSettings(env),
  };
}

/**
 * The environment without what would redirect a program that the stack starts: PGDATA, TEMPORAL_ADDRESS and the like
 * are meant for clients, and real AWS credentials are none of moto's business.
 */
export function withoutForeignSettings(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(PG[A-Z]+|TEMPORAL_.*|AWS_.*|MOTO_.*|ES_.*|NODE_OPTIONS)$/.test(name),
    ),
  );
}
