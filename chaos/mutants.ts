import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { childEnvironment } from '../config/config.ts';
import { defaultFolders } from '../stack/paths.ts';
import { type Mutant, mutants } from './mutants/mutants.ts';

const root = join(import.meta.dirname, '..');

/** Runs with other seeds until one fails, up to this many. */
const maxRuns = 3;

/**
 * Applies each mutant to a copy of the source, and runs the suite there until it fails.
 *
 * @param names only these; all by default
 * @returns whether all were caught
 * @throws if a text that a mutant replaces is not in the source any more
 */
export async function runMutants(
  names: readonly string[],
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.filter((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no mutant ${unknown.join(', ')}; there are ${mutants.map(({ name }) => name).join(', ')}`,
    );
  for (const mutant of chosen) checkEdits(mutant);
  let caught = 0;
  for (const mutant of chosen) {
    const by = await runMutant(mutant, note, signal);
    if (by !== undefined) caught += 1;
    note(`${mutant.name}: ${by === undefined ? `NOT caught in ${maxRuns} runs` : `caught (${by})`}`);
  }
  note(`caught ${caught} of ${chosen.length}`);
  return caught === chosen.length;
}

/** The source with the edits of a mutant. @throws if a text is not there exactly once */
export function checkEdits({ name, edits }: Mutant): void {
  for (const { file, from } of edits) {
    const found = readFileSync(join(root, file), 'utf8').split(from).length - 1;
    if (found !== 1) throw new Error(`Mutant ${name}: ${file} has ${found} times instead of once:\n${from}`);
  }
}

/** Returns by what it was caught; undefined if it was not. */
async function runMutant(
  mutant: Mutant,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = join(defaultFolders().stateDir, 'chaos', 'mutants', mutant.name);
  copySource(folder);
  for (const { file, from, to } of mutant.edits) {
    const path = join(folder, file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(from, () => to),
    );
  }
  try {
    for (let seed = 1; seed <= maxRuns; seed++) {
      const args = ['chaos/main.ts', '--seed', String(seed), ...mutant.options];
      note(`${mutant.name}: ${mutant.about}; seed ${seed}`);
      const { exitCode, stdout } = await execa(process.execPath, args, {
        ...{ cwd: folder, env: childEnvironment(), extendEnv: false, reject: false, cancelSignal: signal },
      });
      signal.throwIfAborted();
      if (exitCode === 0) continue;
      const counts = [...stdout.matchAll(/^([a-z][a-z ]+?) {2,}([1-9]\d*)$/gm)]
        .map(([, label = '', count = '']) => `${count} ${label}`)
        .filter((text) => mutant.caughtBy.some((kind) => text.endsWith(kind)));
      if (counts.length > 0) return counts.join(', ');
      note(
        `${mutant.name}: seed ${seed} failed for another reason:\n${stdout.split('\n').slice(-25).join('\n')}`,
      );
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies what git knows, and links what it does not: packages, and downloads of services. */
function copySource(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    maxBuffer: 100_000_000,
  });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { cacheDir } = defaultFolders();
  for (const needed of [cacheDir, join(folder, '.stack')]) mkdirSync(needed, { recursive: true });
  symlinkSync(cacheDir, join(folder, '.stack/cache'));
}
