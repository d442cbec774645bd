#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What a command loads is compiled once and not at each call, which halves the time until it begins. If there is nowhere
// to write to, Node continues without.
enableCompileCache();
const { runProgram } = await import('./program.ts');
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of the output may stop reading, as `head` does.
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`buildhub: the output cannot be written: ${error.message}\n`);
  process.exit(1);
});
// The error cannot be shown; the command must not end because of it.
process.stderr.on('error', () => undefined);
await runProgram(process.argv.slice(2));
