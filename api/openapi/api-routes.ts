import { recordRoute } from '../builds/record-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { countIngestionsRoute } from '../ingestions/counts-route.ts';
import { listIngestionsRoute } from '../ingestions/list-route.ts';
import { messageRoutes } from '../ingestions/message-routes.ts';
import { objectRoutes } from '../ingestions/object-routes.ts';
import type { ApiRoute } from './api-route.ts';

/** The routes beyond Buildhub2's, each with its description, in the order of the document. */
export function apiRoutes(dependencies: ApiDependencies): ApiRoute[] {
  const { database, settings } = dependencies;
  return [
    recordRoute(database, settings),
    listIngestionsRoute(database, settings),
    countIngestionsRoute(database),
    ...objectRoutes(dependencies),
    ...messageRoutes(dependencies),
  ];
}
