import { childEnvironment } from '../../config/config.ts';
import { runProgram } from '../program.ts';

/**
 * Runs a `buildhub` command in this process, which spares the start of one. A test may run one at a time.
 *
 * @param env what differs from this process's environment
 */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const { env: ownEnv, exitCode: ownExitCode } = process;
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const { write } = process[name];
    process[name].write = (text: string | Uint8Array) => {
      written[name] += String(text);
      return true;
    };
    return () => {
      process[name].write = write;
    };
  });
  process.env = childEnvironment({ ...env });
  process.exitCode = 0;
  try {
    await runProgram(args);
    return {
      code: Number(process.exitCode),
      stdout: written.stdout.replace(/\n$/, ''),
      stderr: written.stderr.replace(/\n$/, ''),
    };
  } finally {
    for (const each of restore) each();
    process.env = ownEnv;
    process.exitCode = ownExitCode;
  }
}
