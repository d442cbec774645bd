import { z } from 'zod';
import { recordPath } from '../builds/addresses.ts';
import { buildReference } from '../builds/record-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, HttpProblem, json, problem, unavailable } from '../openapi/http-problem.ts';
import type { SearchBuilds } from '../search/send-search.ts';
import { findRevisions, matchRevisions, pushlogUrl, type Revision } from './find-revisions.ts';

/** The only places that clients are ever sent to: anybody may publish a build that names another. */
const mozillas = ['https://hg.mozilla.org/', 'https://github.com/mozilla-firefox/'];

const revision = z.object({
  id: z.string().describe('Id of a build of the revision'),
  build_id: z.string(),
  build_date: z.string().describe('As published'),
  revision: z.string(),
  url: z.string().describe('The build at this API'),
});

export const pushlog = z
  .object({
    url: z
      .string()
      .nullable()
      .describe(
        'The pushlog: what was pushed after `from`, up to and with `to`. On GitHub the comparison of the two; null for repositories elsewhere',
      ),
    repository: z.string(),
    from: revision.describe('The older one'),
    to: revision.describe('The newer one'),
    swapped: z.boolean().describe('Whether the request had them in the opposite order'),
  })
  .meta({ id: 'Pushlog' });

const side = buildReference.describe(
  'A build: its id, its hash, or a build id (fourteen digits), which must lead to one revision of the common repository',
);

export function pushlogRoute({ database }: ApiDependencies, search: SearchBuilds): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/pushlog',
      operationId: 'getPushlog',
      tag: 'Builds',
      summary: 'What was pushed between two builds',
      description:
        'The address of the pushlog between the revisions of two builds of one repository, whichever of them is given first. With `redirect=1` the response redirects there, if the repository is on hg.mozilla.org, or on GitHub and belongs to mozilla-firefox.',
      query: z.object({
        from: side,
        to: side,
        redirect: z.enum(['0', '1'], 'must be 0 or 1').default('0').describe('1: redirect to the pushlog'),
      }),
      responses: {
        200: json('The pushlog', pushlog),
        302: { description: 'With `redirect=1`', headers: { Location: 'The pushlog' } },
        400: badRequest,
        404: problem('No such build'),
        422: problem('The builds are from different repositories, or have no repository or revision'),
        503: unavailable,
      },
    },
    async (c, { query: { from, to, redirect } }) => {
      const { signal } = c.req.raw;
      const [older, newer] = await Promise.all(
        [from, to].map((reference) => findRevisions(database, search, reference, signal)),
      );
      const range = matchRevisions(older ?? [], newer ?? []);
      const url = pushlogUrl(range);
      if (redirect === '1') return redirectTo(url);
      const body = {
        url: url ?? null,
        repository: range.from.repository,
        from: revisionBody(range.from),
        to: revisionBody(range.to),
        swapped: range.swapped,
      };
      return jsonResponse(body, 200, { 'Cache-Control': 'no-cache' });
    },
  );
}

function redirectTo(url: string | undefined): Response {
  if (url === undefined || !mozillas.some((place) => url.startsWith(place))) {
    throw new HttpProblem(
      422,
      `Only pushlogs below ${mozillas.join(' and ')} can be redirected to. Without redirect=1 the response describes this one.`,
    );
  }
  return new Response(null, { status: 302, headers: { Location: url, 'Cache-Control': 'no-cache' } });
}

function revisionBody({ id, buildId, buildDate, revision: hash }: Revision) {
  return { id, build_id: buildId, build_date: buildDate, revision: hash, url: recordPath(id) };
}
