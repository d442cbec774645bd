import { z } from 'zod';
import { findBuildIdentities } from '../../drizzle/queries/builds.ts';
import { buildCount, buildFilter, filterQuery } from '../builds/filter/build-filter.ts';
import { readHits } from '../builds/filter/read-hits.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { addressTooLong, badRequest, unavailable } from '../openapi/http-problem.ts';
import type { SearchBuilds } from '../search/send-search.ts';
import { atomFeed, type FeedBuild } from './atom-feed.ts';

export function feedRoute({ database, config }: ApiDependencies, search: SearchBuilds): ApiRoute {
  const publicUrl = config.API_URL.replace(/\/+$/, '');
  return apiRoute(
    {
      method: 'get',
      path: '/api/feed.atom',
      operationId: 'getFeed',
      tag: 'Builds',
      summary: 'Atom feed of new builds',
      description:
        'The builds of a filter that were published last, as an Atom feed (RFC 4287). The id of an entry is made of the hash of the build, so it is the same wherever the feed is read. With the ETag of the last response, an unchanged feed is a 304.',
      example: '/api/feed.atom?product=firefox&channel=release&platform=win64&locale=en-US',
      query: z.object({
        ...buildFilter,
        limit: buildCount.max(200, 'must be up to 200').default(50).describe('Number of entries'),
      }),
      responses: {
        200: {
          description: 'The feed',
          content: { 'application/atom+xml': z.string() },
          headers: { ETag: 'Changes with the feed' },
        },
        304: { description: 'Not modified since the ETag in If-None-Match' },
        400: badRequest,
        431: addressTooLong,
        503: unavailable,
      },
    },
    async (c, { query: { limit, ...filter } }) => {
      const response = await search(
        {
          size: limit,
          query: filterQuery(filter),
          sort: [{ 'download.date': { order: 'desc' } }, { id: { order: 'desc' } }],
        },
        c.req.raw.signal,
      );
      const hits = readHits(response);
      const identities = await findBuildIdentities(
        database,
        hits.map(({ id }) => id),
      );
      const builds = hits.flatMap((hit): FeedBuild[] => {
        const identity = identities.get(hit.id);
        return identity ? [{ ...hit, ...identity }] : [];
      });
      const feed = atomFeed(builds, new URL(c.req.url).searchParams, publicUrl);
      return new Response(feed, {
        headers: {
          'Content-Type': 'application/atom+xml; charset=utf-8',
          'Cache-Control': 'public, max-age=60',
        },
      });
    },
  );
}
