/**
 * Run before anything else by `npm start`, `npm test` and `npm run check`: installs the packages of package-lock.json
 * when node_modules is missing or older, and makes sure that the `node` of npm scripts is new enough. Plain
 * JavaScript without packages, because it runs on the system's Node with nothing installed yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const marker = join(root, 'node_modules', '.package-lock.json');
const runLock = join(root, '.stack', 'install.lock');
const oldestNode = 24;

if (!isInstalled()) {
  const release = await lockInstall();
  try {
    if (!isInstalled()) await install();
  } finally {
    release();
  }
}
checkNode();

/** npm writes the marker last, so one that is there and newer than the lock file means a whole install. */
function isInstalled() {
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(lockFile).mtimeMs;
}

async function install() {
  const from = Date.now();
  const seconds = () => `${Math.round((Date.now() - from) / 1000)} s`;
  const isTerminal = process.stdout.isTTY;
  console.log('Installing packages (npm ci) ...');
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=http'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  let fetched = 0;
  const read = (/** @type {Buffer} */ chunk) => {
    const text = chunk.toString();
    fetched += text.split('npm http ').length - 1;
    output = (output + text).slice(-100_000);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const tick = setInterval(
    () => {
      const line = `  ${seconds()}, ${fetched} files looked up`;
      process.stdout.write(isTerminal ? `\r${line}` : `${line}\n`);
    },
    isTerminal ? 500 : 10_000,
  );
  const stop = () => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`npm could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`),
    );
  });
  clearInterval(tick);
  if (isTerminal) process.stdout.write('\r\x1b[K');
  if (failure) {
    const said = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm http'));
    // For a lock file that does not fit, npm's own help follows the reason and would push it out of sight.
    const help = said.findIndex((line) => line.includes('Clean install a project'));
    const tail = said.slice(0, help === -1 ? said.length : help).slice(-20);
    console.error(`npm ci failed after ${seconds()} (${failure}). The end of what it said:\n`);
    console.error(tail.map((line) => `  | ${line}`).join('\n'));
    console.error(
      '\nWhat to do: if a package could not be fetched, check the network and the registry (npm config get registry)',
    );
    console.error(
      'and run the same command again. If package-lock.json and package.json disagree, run "npm install" and look at',
    );
    console.error('what it changed. If files could not be written, check who owns node_modules.');
    process.exit(1);
  }
  // The marker may carry a time from before a checkout touched the lock file; what was installed is that lock file.
  const now = new Date();
  utimesSync(marker, now, now);
  console.log(`Installed in ${seconds()}.`);
}

/** Of two runs in one checkout one installs and the other waits; a run that was killed does not block the next. */
async function lockInstall() {
  mkdirSync(dirname(runLock), { recursive: true });
  const draft = `${runLock}.${process.pid}`;
  let told = false;
  for (;;) {
    writeFileSync(draft, `${process.pid} ${startOf(process.pid)}`);
    try {
      linkSync(draft, runLock);
      return () => rmSync(runLock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const holder = readHolder();
    if (holder === undefined) continue;
    if (!isRunning(holder)) {
      // Looked at once more under another name, for another run may have taken over the lock in between.
      const aside = `${draft}.stale`;
      try {
        renameSync(runLock, aside);
        if (readHolder(aside)?.pid !== holder.pid) linkSync(aside, runLock);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      } finally {
        rmSync(aside, { force: true });
      }
      continue;
    }
    if (!told)
      console.log(`Waiting for process ${holder.pid}, which is installing packages in this folder ...`);
    told = true;
    await sleep(300);
  }
}

function readHolder(path = runLock) {
  try {
    const [pid, started] = readFileSync(path, 'utf8').split(' ');
    return { pid: Number(pid), started };
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return startOf(pid) === started;
}

/** When a process began, so that another one with the same number is not taken for it; unknown outside Linux. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return 'unknown';
  }
}

/** npm scripts find node_modules/.bin first, where a package brings Node for the platforms that have one. */
function checkNode() {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const found = spawnSync('node', ['--version'], { env: { ...process.env, PATH: path }, encoding: 'utf8' });
  const version = found.stdout?.trim() ?? '';
  if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= oldestNode) return;
  const what = version ? `is ${version}` : `does not run (${found.error?.message ?? found.stderr?.trim()})`;
  console.error(`Node ${oldestNode} or newer is needed, but the "node" that npm scripts find ${what}.`);
  console.error(
    `There is no package with Node ${oldestNode} for ${process.platform}-${process.arch}, or optional packages were left out (npm config get omit).`,
  );
  console.error(
    `What to do: install Node ${oldestNode} from https://nodejs.org (or: nvm install ${oldestNode}) and run the same command again.`,
  );
  process.exit(1);
}
