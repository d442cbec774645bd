import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findJdk, findPrograms, installOnce, type Jdk, run } from '../../stack/downloads.mjs';
import {
  httpStatus,
  type PrepareContext,
  type Source,
  type SourceContext,
} from '../../stack/services/source.ts';

const version = '1.7.1';
const oldestJdk = 17;
const program = 'ElasticMqServer';

/** ElasticMQ from Maven Central, which behaves as SQS does and is some ten times as fast as moto. */
export async function findElasticMq({ settings, cacheDir }: SourceContext): Promise<Source> {
  const [maven] = findPrograms('mvn', settings.childEnv);
  const jdk = await findJdk(settings.childEnv, oldestJdk);
  if (!maven || typeof jdk === 'string') {
    return {
      kind: 'missing',
      needs: `ElasticMQ ${version}, the SQS of the benchmark, is taken from Maven Central and needs Maven (mvn) on the PATH and a JDK ${oldestJdk} or newer (Debian: apt install maven openjdk-21-jdk-headless).`,
    };
  }
  const hash = createHash('sha256');
  for (const file of ['pom.xml', `${program}.java`])
    hash.update(readFileSync(join(import.meta.dirname, file)));
  const name = `elasticmq-${version}-${hash.digest('hex').slice(0, 8)}`;
  const folder = join(cacheDir, name);
  const url = (ports: Readonly<Record<string, number>>) => `http://127.0.0.1:${ports.sqs}`;
  return {
    kind: 'local',
    from: `ElasticMQ ${version} from Maven Central on JDK ${jdk.version}`,
    preferredPorts: { sqs: 9324 },
    prepare: (context) => build(context, name, maven, jdk),
    launch: async ({ settings: { childEnv, aws } }, ports) => ({
      command: join(jdk.home, 'bin/java'),
      args: [
        ...['-Xms256m', '-Xmx256m', '-Dpekko.loglevel=WARNING'],
        ...['-cp', `${join(folder, 'classes')}:${join(folder, 'lib')}/*`],
        ...[program, String(ports.sqs), aws.region],
      ],
      env: { ...childEnv, JAVA_TOOL_OPTIONS: undefined },
      ready: async () => (await httpStatus(`${url(ports)}/?Action=ListQueues`)) === 200,
    }),
    url,
    env: (ports) => ({ AWS_ENDPOINT_URL_SQS: url(ports) }),
  };
}

async function build(context: PrepareContext, name: string, maven: string, jdk: Jdk): Promise<void> {
  const env = { ...context.settings.childEnv, JAVA_HOME: jdk.home };
  const logFile = join(context.logsDir, 'elasticmq-install.log');
  await installOnce(context.cacheDir, name, async (folder) => {
    const step = (title: string, command: string, args: readonly string[]) =>
      run({ ...context, env }, logFile, title, command, args, { cwd: folder });
    context.note('installing it (once, about ten seconds)');
    copyFileSync(join(import.meta.dirname, 'pom.xml'), join(folder, 'pom.xml'));
    await step('Maven, which fetches ElasticMQ,', maven, ['-B', 'package']);
    renameSync(join(folder, 'target/lib'), join(folder, 'lib'));
    rmSync(join(folder, 'target'), { recursive: true });
    await step(`The compiler for ${program}.java`, join(jdk.home, 'bin/javac'), [
      ...['--release', String(oldestJdk), '-cp', `${join(folder, 'lib')}/*`, '-d', join(folder, 'classes')],
      join(import.meta.dirname, `${program}.java`),
    ]);
  });
}
