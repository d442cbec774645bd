import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { defaultFolders } from '../../stack/paths.ts';

/**
 * A folder with programs of a Python package for tests, installed once and kept with the other downloads.
 *
 * @param requirement one package at one version, for example `schemathesis==4.32.5`
 * @returns the folder with its `python` and its commands
 */
export async function pythonEnvironment(requirement: string): Promise<string> {
  const folder = join(defaultFolders().cacheDir, requirement.replace('==', '-'));
  const bin = join(folder, 'bin');
  if (!existsSync(join(folder, 'installed'))) {
    await execa('python3', ['-m', 'venv', '--clear', folder]);
    await execa(join(bin, 'python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      requirement,
    ]);
    await execa('touch', [join(folder, 'installed')]);
  }
  return bin;
}
