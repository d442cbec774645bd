import { recordRoute } from '../builds/record-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from './api-route.ts';

/** The routes beyond Buildhub2's, each with its description, in the order of the document. */
export function apiRoutes({ database, settings }: ApiDependencies): ApiRoute[] {
  return [recordRoute(database, settings)];
}
