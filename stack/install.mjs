/**
 * Run first by npm's scripts, on the system's Node with nothing installed yet: installs the packages of package-lock.json
 * if node_modules is missing or older. With `--services` it fetches at the same time what the local services consist of.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prefetch } from './downloads.mjs';

// Not import.meta.dirname: Node 18, which lacks it, must reach the message below.
const root = fileURLToPath(new URL('..', import.meta.url));
const stateDir = join(root, '.stack');
const oldestNode = 24;
const marker = 'node_modules/.package-lock.json';
const isInstalled = `[ ${marker} -nt package-lock.json ]`;

if (spawnSync('sh', ['-c', isInstalled], { cwd: root }).status !== 0) {
  console.log('Installing packages (npm ci), which takes about half a minute ...');
  mkdirSync(stateDir, { recursive: true });
  // Of two runs in one checkout one installs, and the other waits for it and finds the work done.
  const install = `${isInstalled} || { npm ci --no-audit --no-fund --loglevel=error && touch ${marker}; }`;
  const npm = spawn('flock', [join(stateDir, 'install.lock'), 'sh', '-c', install], {
    cwd: root,
    stdio: 'inherit',
  });
  const fetching = process.argv.includes('--services') ? prefetch(stateDir, process.env) : undefined;
  const code = await new Promise((resolve) => npm.once('error', resolve).once('exit', resolve));
  if (code !== 0) {
    fail(`The packages could not be installed (${code}); the reason is above.
If a file could not be fetched, check the network and the registry (npm config get registry). If package-lock.json and
package.json disagree, run "npm install". If files could not be written, check the disk and the owner of node_modules.
Then run the same command again.`);
  }
  await fetching;
}

// npm's scripts find node_modules/.bin first, which has Node 24 from a package.
const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
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
