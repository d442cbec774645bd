import type { ApiRoute } from '../openapi/api-route.ts';
import { actionsRoute } from './actions-route.ts';
import { backfillRoute } from './backfill-route.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { importRoute } from './import-route.ts';
import type { OperationsContext } from './operations-context.ts';
import { rateRoute } from './rate-route.ts';
import { reconcileRoute } from './reconcile-route.ts';
import { reconcileScheduleRoutes } from './reconcile-schedule-routes.ts';
import { reindexRoutes } from './reindex-routes.ts';
import { retryRoutes } from './retry-routes.ts';
import { runRoutes } from './run-routes.ts';
import { stateRoute } from './state-route.ts';

/** What operators look at and do, in the order of the document. Looking is open; doing needs the token. */
export function operationRoutes(context: OperationsContext): ApiRoute[] {
  return [
    stateRoute(context),
    rateRoute(context.database),
    ...runRoutes(context),
    backfillRoute(context),
    ...reindexRoutes(context),
    reconcileRoute(context),
    ...reconcileScheduleRoutes(context),
    importRoute(context),
    ...retryRoutes(context),
    ...deadLetterRoutes(context),
    actionsRoute(context),
  ];
}
