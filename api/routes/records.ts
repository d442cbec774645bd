import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json/json-response.ts';

/**
 * How many builds there are, by any method. The count is exact, and slow when there are many, so requests that come
 * while one is being made share its result.
 */
export function recordsHandler({ countBuilds }: Pick<ApiDependencies, 'countBuilds'>) {
  let counting: Promise<number> | undefined;
  return async (): Promise<Response> => {
    counting ??= countBuilds().finally(() => {
      counting = undefined;
    });
    return jsonResponse({ builds: { total: await counting } });
  };
}
