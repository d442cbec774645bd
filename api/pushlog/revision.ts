import type { JsonObject } from '../../schema/json/json-value.ts';
import { textOf } from '../builds/filter/read-hits.ts';

/** What a build was made of. */
export interface Revision {
  /** `builds.id` of a build that was made of it. */
  readonly id: string;
  readonly buildId: string;
  readonly buildDate: string;
  /** Address of the repository, without a slash at its end. */
  readonly repository: string;
  readonly revision: string;
}

/** The revision of a build; undefined where it does not say both, or the repository is no address of the web. */
export function revisionOf(id: string, build: JsonObject): Revision | undefined {
  const repository = textOf(build, 'source.repository').replace(/\/+$/, '');
  const revision = textOf(build, 'source.revision');
  if (revision === '' || !URL.canParse(repository)) return undefined;
  const { protocol, search, hash } = new URL(repository);
  if (!['http:', 'https:'].includes(protocol) || search !== '' || hash !== '') return undefined;
  return {
    id,
    buildId: textOf(build, 'build.id'),
    buildDate: textOf(build, 'build.date'),
    repository,
    revision,
  };
}
