/** What links into the Temporal UI are made of. */
export interface LinkSettings {
  readonly temporalUiUrl: string;
  readonly temporalNamespace: string;
}

function workflowsUrl({ temporalUiUrl, temporalNamespace }: LinkSettings): string {
  return `${temporalUiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows`;
}

/** Where the Temporal UI shows a run. */
export function temporalRunUrl(settings: LinkSettings, workflowId: string, runId: string): string {
  return `${temporalWorkflowUrl(settings, workflowId)}/${encodeURIComponent(runId)}/history`;
}

/** Where the Temporal UI shows a workflow by its id: the run that is open, else the last. */
export function temporalWorkflowUrl(settings: LinkSettings, workflowId: string): string {
  return `${workflowsUrl(settings)}/${encodeURIComponent(workflowId)}`;
}

/** Where the Temporal UI lists the workflows of a list filter; without one all of them. */
export function temporalWorkflowListUrl(settings: LinkSettings, query?: string): string {
  return workflowsUrl(settings) + (query === undefined ? '' : `?query=${encodeURIComponent(query)}`);
}

/** Where the API serves a build. */
export function recordPath(id: string): string {
  return `/api/records/${id}`;
}

/** Where the API serves an S3 object. The slashes of a key stay, so that people can read the address. */
export function ingestionPath({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  const segments = key.split('/');
  // Clients take `.` and `..` out of a path, and some take empty segments out.
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    return `/api/ingestions/object?${new URLSearchParams({ bucket, key })}`;
  }
  return `/api/ingestions/${[bucket, ...segments].map(encodeURIComponent).join('/')}`;
}

/** Where the UI shows a build. */
export function buildPagePath(id: string): string {
  return `/builds/${id}`;
}
