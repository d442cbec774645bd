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
import { pushlogRoute } from '../pushlog/pushlog-route.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import type { ApiRoute } from './api-route.ts';

/**
 * The routes beyond Buildhub2's, each with its description, in the order of the document.
 *
 * @param inFlight the limit that they share with the searches of clients
 */
export function apiRoutes(dependencies: ApiDependencies, inFlight: InFlightLimit): ApiRoute[] {
  const { database, settings } = dependencies;
  const search = searchBuilds({ ...dependencies, inFlight });
  return [
    recordRoute(database, settings),
    latestRoute(search),
    ...exportRoutes(dependencies),
    feedRoute(dependencies, search),
    pushlogRoute(database, search),
    listIngestionsRoute(database, settings),
    countIngestionsRoute(database),
    ...objectRoutes(dependencies),
    ...messageRoutes(dependencies),
  ];
}
