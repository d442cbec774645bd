import type { ApiRoute } from '../openapi/api-route.ts';
import { actionsRoute } from './actions-route.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { indexesRoute } from './indexes-route.ts';
import type { OperationsContext } from './operations-context.ts';
import { rateRoute } from './rate-route.ts';
import { reconcileScheduleRoutes } from './reconcile-schedule-routes.ts';
import { retryOneRoute } from './retry-one-route.ts';
import { runRoutes } from './run-routes.ts';
import { stateRoute } from './state-route.ts';

/** What operators see and do, in the order of the document. Reading is open; changing needs the token. */
export function operationRoutes(context: OperationsContext): ApiRoute[] {
  return [
    stateRoute(context),
    rateRoute(context.database),
    ...runRoutes(context),
    indexesRoute(context),
    ...reconcileScheduleRoutes(context),
    retryOneRoute(context),
    ...deadLetterRoutes(context),
    actionsRoute(context),
  ];
}
