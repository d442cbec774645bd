import { parseArgs } from 'node:util';
import { removeEnvFile, writeEnvFile } from './env-file.ts';
import { defaultFolders } from './paths.ts';
import { resetStack } from './reset.ts';
import { prepareStack, startStack } from './start-stack.ts';

const help = `The local services that Buildhub uses: PostgreSQL, Elasticsearch, Temporal, S3 and SQS.

Usage: node stack/main.ts COMMAND [--state-dir DIR] [--cache-dir DIR]

  up        start them, write their addresses to .stack/env, run until Ctrl-C
  prepare   download and build what is missing, start nothing
  reset     delete data and logs, keep downloads

Use the addresses in a shell:  set -a; . .stack/env; set +a
A service whose address is in the environment already is used from there and not started; see stack/README.md.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'state-dir': { type: 'string', default: defaultFolders().stateDir },
    'cache-dir': { type: 'string', default: defaultFolders().cacheDir },
    help: { type: 'boolean', short: 'h' },
  },
});
const folders = { stateDir: values['state-dir'], cacheDir: values['cache-dir'] };
const [command] = positionals;

try {
  if (values.help) console.log(help);
  else if (command === 'up') await up();
  else if (command === 'prepare') await prepareStack({ ...folders, signal: untilInterrupted() });
  else if (command === 'reset') resetStack(folders.stateDir);
  else {
    console.error(command === undefined ? help : `There is no command "${command}".\n\n${help}`);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function up(): Promise<void> {
  const interrupted = untilInterrupted();
  const stack = await startStack({
    ...folders,
    persistent: true,
    signal: interrupted,
    onCrash: (service, { code, signal }) =>
      console.error(
        `${service.name} ended by itself (${signal ?? `exit code ${code}`}). Its log is ${service.logFile}.`,
      ),
  });
  writeEnvFile(stack.paths.envFile, stack.env);
  console.log(`\nReady. The addresses are in ${stack.paths.envFile}, the logs in ${stack.paths.logsDir}.`);
  console.log(`Temporal UI: ${stack.env.TEMPORAL_UI_URL}\nCtrl-C stops everything.`);
  const alive = setInterval(() => undefined, 60_000);
  if (!interrupted.aborted) await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
  clearInterval(alive);
  removeEnvFile(stack.paths.envFile);
  await stack.stop();
}

/** Aborted by the first Ctrl-C or SIGTERM. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) console.error(`\nStopping (${signal}) ...`);
      controller.abort(new Error('Interrupted; what was started has been stopped.'));
    });
  }
  return controller.signal;
}
