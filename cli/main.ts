#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What a command loads is compiled once and not at each call, which halves the time until it begins. If there is nowhere
// to write to, Node continues without.
enableCompileCache();
const { runProgram } = await import('./program.ts');
// The reader of the output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runProgram(process.argv.slice(2));
