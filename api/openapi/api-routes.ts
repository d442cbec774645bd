import { searchBuilds } from '../builds/filter/search-builds.ts';
import { recordRoute } from '../builds/record-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exportRoutes } from '../export/export-routes.ts';
import { feedRoute } from '../feed/feed-route.ts';
import { countIngestionsRoute } from '../ingestions/counts-route.ts';
import { listIngestionsRoute } from '../ingestions/list-route.ts';
import { messageRoutes } from '../ingestions/message-routes.ts';
import { objectRoutes } from '../ingestions/object-routes.ts';
import { latestRoute } from '../latest/latest-route.ts';
import { operationRoutes } from '../operations/operation-routes.ts';
import { pushlogRoute } from '../pushlog/pushlog-route.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import type { ApiRoute, RouteDescription } from './api-route.ts';
import { contractRoutes } from './contract-routes.ts';
import { openApiRoutes } from './openapi-routes.ts';

/**
 * The routes beyond Buildhub2's, each with its description, in the order of the document.
 *
 * @param inFlight the limit that they share with the searches of clients
 */
export function apiRoutes(dependencies: ApiDependencies, inFlight: InFlightLimit): ApiRoute[] {
  const { database, settings, operations } = dependencies;
  const search = searchBuilds({ ...dependencies, inFlight });
  const routes = [
    recordRoute(database, settings),
    latestRoute(search),
    ...exportRoutes(dependencies),
    feedRoute(dependencies, search),
    pushlogRoute(database, search),
    listIngestionsRoute(database, settings),
    countIngestionsRoute(database),
    ...objectRoutes(dependencies),
    ...messageRoutes(dependencies),
    ...(operations ? operationRoutes({ ...dependencies, ...operations, links: settings }) : []),
  ];
  const version = dependencies.readVersion()?.version ?? 'unknown';
  const described = (): RouteDescription[] => [...contractRoutes, ...all];
  const all: ApiRoute[] = [
    ...routes,
    ...openApiRoutes(described, { version, publicUrl: settings.publicUrl }),
  ];
  return all;
}
