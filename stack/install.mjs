/**
 * Run first by npm's scripts, on the system's Node with nothing installed yet: installs the packages of package-lock.json
 * if node_modules is missing or older.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const oldestNode = 24;
const marker = 'node_modules/.package-lock.json';
// Of two runs in one checkout one installs, and the other waits for it and finds the work done.
const script = `[ ${marker} -nt package-lock.json ] && exit
echo 'Installing packages (npm ci), which takes about half a minute ...'
npm ci --no-audit --no-fund --loglevel=error && touch ${marker}`;

mkdirSync(join(root, '.stack'), { recursive: true });
const { status, error } = spawnSync('flock', ['.stack/install.lock', 'sh', '-c', script], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) {
  fail(`The packages could not be installed (${error?.message ?? `exit code ${status}`}); the reason is above.
If a file could not be fetched, check the network and the registry (npm config get registry). If package-lock.json and
package.json disagree, run "npm install". If files could not be written, check the disk and the owner of node_modules.
Then run the same command again.`);
}

// npm's scripts find node_modules/.bin first, which has Node 24 from a package.
const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
const { stdout } = spawnSync('node', ['--version'], {
  env: { ...process.env, PATH: path },
  encoding: 'utf8',
});
if (Number.parseInt(stdout?.slice(1), 10) < oldestNode) {
  fail(
    `Node ${oldestNode} or newer is needed, and npm has none for this machine. Install it from https://nodejs.org.`,
  );
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}
