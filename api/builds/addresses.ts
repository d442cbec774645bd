import type { Config } from '../../config/config.ts';

export type LinkConfig = Pick<Config, 'TEMPORAL_NAMESPACE' | 'TEMPORAL_UI_URL'>;

function workflowsUrl({ TEMPORAL_NAMESPACE: namespace, TEMPORAL_UI_URL: url }: LinkConfig): string {
  return `${url.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}

export function temporalRunUrl(config: LinkConfig, workflowId: string, runId: string): string {
  return `${temporalWorkflowUrl(config, workflowId)}/${encodeURIComponent(runId)}/history`;
}

/** Where the Temporal UI shows a workflow by its id: the run that is open, else the last. */
export function temporalWorkflowUrl(config: LinkConfig, workflowId: string): string {
  return `${workflowsUrl(config)}/${encodeURIComponent(workflowId)}`;
}

/** Where the Temporal UI lists the workflows of a list filter; without one all of them. */
export function temporalWorkflowListUrl(config: LinkConfig, query?: string): string {
  return workflowsUrl(config) + (query === undefined ? '' : `?query=${encodeURIComponent(query)}`);
}

export function recordPath(id: string): string {
  return `/api/records/${id}`;
}

/** Where the API serves an S3 object. The slashes of a key stay, so that people can read the address. */
export function ingestionPath({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  const segments = key.split('/');
  // Clients take `.` and `..` out of a path, some take empty segments out, and Hono's paths have no line breaks.
  if (segments.some((segment) => ['', '.', '..'].includes(segment)) || /[\n\r\u2028\u2029]/.test(key)) {
    return `/api/ingestions/object?${new URLSearchParams({ bucket, key })}`;
  }
  return `/api/ingestions/${[bucket, ...segments].map(encodeURIComponent).join('/')}`;
}

/** Where the UI shows a build. */
export function buildPagePath(id: string): string {
  return `/builds/${id}`;
}
