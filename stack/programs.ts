import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StackSettings } from './settings.ts';

const run = promisify(execFile);

/** The first program of this name on the path, or undefined. */
export function findProgram(name: string, path: readonly string[]): string | undefined {
  return findPrograms(name, path)[0];
}

/** Every program of this name on the path, in its order. */
export function findPrograms(name: string, path: readonly string[]): string[] {
  return path.map((folder) => join(folder, name)).filter(isExecutable);
}

/** Whether this is a file that may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What a program prints when run with these arguments (stdout and stderr), or undefined when it fails. */
export async function outputOf(
  command: string,
  args: readonly string[],
  settings: StackSettings,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, [...args], { env: settings.childEnv, timeout: 30_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}

/** The numbers of the first version in a text: `postgres (PostgreSQL) 15.18 (Debian ...)` is [15, 18]. */
export function parseVersion(text: string): number[] | undefined {
  const match = /(?<![\w.])(?:go|v)?(\d+(?:\.\d+)*)/.exec(text);
  return match?.[1]?.split('.').map(Number);
}

/** True when version `a` is `b` or newer: [25] is at least [21], [3, 9] is not at least [3, 10]. */
export function isAtLeast(a: readonly number[], b: readonly number[]): boolean {
  for (const [i, wanted] of b.entries()) {
    const got = a[i] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return true;
}

export interface Jdk {
  readonly home: string;
  readonly version: readonly number[];
}

/** A JDK (with a compiler) of at least this major version, from JAVA_HOME, the path or the usual places. */
export async function findJdk(major: number, settings: StackSettings): Promise<Jdk | undefined> {
  const homes = new Set<string>();
  if (settings.javaHome) homes.add(settings.javaHome);
  for (const java of findPrograms('javac', settings.path)) homes.add(dirname(dirname(realpathSync(java))));
  for (const folder of [
    '/usr/lib/jvm',
    join(settings.home, '.sdkman/candidates/java'),
    join(settings.home, '.jdks'),
    '/opt',
  ]) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) homes.add(join(folder, name));
  }
  for (const folder of [
    '/Library/Java/JavaVirtualMachines',
    join(settings.home, 'Library/Java/JavaVirtualMachines'),
  ]) {
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      homes.add(join(folder, name, 'Contents/Home'));
  }
  for (const home of ['/opt/homebrew/opt/openjdk', '/usr/local/opt/openjdk']) homes.add(home);
  for (const home of homes) {
    const compiler = join(home, 'bin/javac');
    if (!isExecutable(compiler)) continue;
    const version = parseVersion((await outputOf(compiler, ['-version'], settings)) ?? '');
    if (version && isAtLeast(version, [major])) return { home, version };
  }
  return undefined;
}
