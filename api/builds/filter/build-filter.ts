import { z } from 'zod';
import { endOf, moment, startOf } from '../../../operations/time-input.ts';
import { wholeNumber } from '../../openapi/paging.ts';
import { wordQuery } from '../../searchkit/word-query.ts';

/** Parameters that stand for one field each, and the field. */
export const filterFields = {
  product: 'source.product',
  channel: 'target.channel',
  platform: 'target.platform',
  locale: 'target.locale',
  version: 'target.version',
  os: 'target.os',
  tree: 'source.tree',
  build_id: 'build.id',
  revision: 'source.revision',
} as const;

export type FilterField = keyof typeof filterFields;

export const buildCount = wholeNumber.min(1, 'must be at least 1');

const values = (description: string, ...examples: string[]) =>
  z
    .array(z.string().max(500, 'must have up to 500 characters'))
    .max(100, 'must be given up to 100 times')
    .optional()
    .meta({ description, examples: [examples] });

/**
 * The parameters that filter builds: values of fields, exactly as they are published, where several values match any of
 * them; a range of dates; a text as on the search page. All of them must match.
 */
export const buildFilter = {
  q: z
    .string()
    .max(2_000, 'must have up to 2000 characters')
    .optional()
    .describe(
      "A text as on the search page: words are prefixes, `field:value` looks in one field, after a `'` comes a query string of Elasticsearch",
    ),
  product: values('`source.product`', 'firefox'),
  channel: values('`target.channel`', 'nightly'),
  platform: values('`target.platform`', 'linux-x86_64'),
  locale: values('`target.locale`', 'en-US'),
  version: values('`target.version`', '70.0'),
  os: values('`target.os`', 'win'),
  tree: values('`source.tree`', 'mozilla-central'),
  build_id: values('`build.id`, fourteen digits', '20191016161957'),
  revision: values('`source.revision`, in full'),
  from: moment.optional().describe('Published (`download.date`) at this time or later'),
  to: moment.optional().describe('Published at this time or earlier; a date includes the whole day'),
  built_from: moment.optional().describe('Built (`build.date`) at this time or later'),
  built_to: moment.optional().describe('Built at this time or earlier'),
};

const schema = z.object(buildFilter);

export type BuildFilter = z.output<typeof schema>;

export type PlainQuery = Readonly<Record<string, unknown>>;

/** The query that finds the builds of a filter; all builds if it is empty. */
export function filterQuery(filter: BuildFilter): PlainQuery {
  const text = filter.q === undefined ? undefined : wordQuery(filter.q);
  const fields = Object.keys(filterFields) as FilterField[];
  const terms = fields.flatMap((name) => {
    const wanted = filter[name];
    return wanted?.length ? [{ terms: { [filterFields[name]]: wanted } }] : [];
  });
  const ranges = [
    range('download.date', filter.from, filter.to),
    range('build.date', filter.built_from, filter.built_to),
  ].flat();
  const clauses = [...terms, ...ranges];
  if (text === undefined && clauses.length === 0) return { match_all: {} };
  return { bool: { ...(text && { must: [text] }), ...(clauses.length > 0 && { filter: clauses }) } };
}

function range(field: string, from: string | undefined, to: string | undefined): PlainQuery[] {
  if (from === undefined && to === undefined) return [];
  return [
    {
      range: {
        [field]: {
          ...(from !== undefined && { gte: startOf(from).toISOString() }),
          ...(to !== undefined && { lte: endOf(to).toISOString() }),
        },
      },
    },
  ];
}
