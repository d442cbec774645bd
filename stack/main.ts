import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeEnvFile } from './env-file.ts';
import { howEnded } from './managed-process.ts';
import { defaultFolders } from './paths.ts';
import { resetStack, startStack } from './start-stack.ts';
import { aborted, stopSignal } from './stop-signal.ts';

const help = `The local services that Buildhub uses: PostgreSQL, Elasticsearch, Temporal, S3 and SQS.

Usage: node stack/main.ts COMMAND [--state-dir DIR] [--cache-dir DIR]

  up        start them, write their addresses to .stack/env, run until Ctrl-C
  reset     delete data and logs, keep downloads

Use the addresses in a shell:  set -a; . .stack/env; set +a
A service whose address is in the environment already is used from there and not started; see stack/README.md.`;

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      'state-dir': { type: 'string', default: defaultFolders().stateDir },
      'cache-dir': { type: 'string', default: defaultFolders().cacheDir },
      help: { type: 'boolean', short: 'h' },
    },
  });

try {
  const { values, positionals } = readArguments();
  const [command] = positionals;
  if (values.help) console.log(help);
  else if (command === 'up') await up(values['state-dir'], values['cache-dir']);
  else if (command === 'reset') {
    await resetStack(values['state-dir']);
    console.log('Data and logs are deleted. npm start begins empty.');
  } else {
    console.error(command === undefined ? help : `There is no command "${command}".\n\n${help}`);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function up(stateDir: string, cacheDir: string): Promise<void> {
  const signal = stopSignal();
  const stack = await startStack({
    stateDir,
    cacheDir,
    persistent: true,
    signal,
    onCrash: ({ name, logFile }, status) =>
      console.error(`${name} ended (${howEnded(status)}). Its log is ${logFile}.`),
  });
  const { env, paths } = stack;
  writeEnvFile(paths.envFile, env);
  console.log(`\nReady. The addresses are in ${paths.envFile}, the logs in ${paths.logsDir}.`);
  console.log(`Temporal UI: ${env.TEMPORAL_UI_URL}\nCtrl-C stops everything.`);
  await aborted(signal);
  rmSync(paths.envFile, { force: true });
  await stack.stop();
}
