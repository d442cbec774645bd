import { buildPath } from '../links/links.ts';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';

/** Builds as a grid of locales and platforms, one grid for each version and channel; the own one first. */
export function SiblingGrid({ build, siblings }: { build: BuildHit; siblings: readonly BuildHit[] }) {
  const own = releaseOf(build);
  const groups = Map.groupBy(siblings, releaseOf);
  const releases = [...groups.keys()].sort((one, other) => Number(other === own) - Number(one === own));
  return releases.map((release) => (
    <Grid key={release} release={release} own={build.objectID} builds={groups.get(release) ?? []} />
  ));
}

interface GridProps {
  readonly release: string;
  readonly own: string;
  readonly builds: readonly BuildHit[];
}

function Grid({ release, own, builds }: GridProps) {
  const platforms = [...new Set(builds.map((hit) => textAt(hit, 'target.platform')))].sort();
  const locales = [...new Set(builds.map((hit) => textAt(hit, 'target.locale')))].sort();
  const cells = Map.groupBy(
    builds,
    (hit) => `${textAt(hit, 'target.locale')} ${textAt(hit, 'target.platform')}`,
  );
  return (
    <ScrollFrame label={release}>
      <table className="siblings">
        <caption>{release}</caption>
        <thead>
          <tr>
            <th scope="col">Locale</th>
            {platforms.map((platform) => (
              <th key={platform} scope="col">
                {platform}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {locales.map((locale) => (
            <tr key={locale}>
              <th scope="row">{locale}</th>
              {platforms.map((platform) => (
                <td key={platform}>
                  {(cells.get(`${locale} ${platform}`) ?? []).map(({ objectID }) =>
                    objectID === own ? (
                      <strong key={objectID} aria-current="page">
                        this one
                      </strong>
                    ) : (
                      <a
                        key={objectID}
                        href={buildPath(objectID)}
                        aria-label={`${locale} for ${platform}, record ${objectID}`}
                      >
                        {objectID}
                      </a>
                    ),
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

function releaseOf(hit: BuildHit): string {
  return ['source.product', 'target.version', 'target.channel'].map((field) => textAt(hit, field)).join(' ');
}
