/** What links into the Temporal UI are made of. */
export interface LinkSettings {
  readonly temporalUiUrl: string;
  readonly temporalNamespace: string;
}

/** Where the Temporal UI shows a run. */
export function temporalRunUrl(settings: LinkSettings, workflowId: string, runId: string): string {
  const path = ['namespaces', settings.temporalNamespace, 'workflows', workflowId, runId, 'history'];
  return `${settings.temporalUiUrl.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`;
}

/** Where the Temporal UI shows a workflow by its id: the run that is open, else the last. */
export function temporalWorkflowUrl(settings: LinkSettings, workflowId: string): string {
  const path = ['namespaces', settings.temporalNamespace, 'workflows', workflowId];
  return `${settings.temporalUiUrl.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`;
}

/** Where the Temporal UI lists all workflows. */
export function temporalWorkflowListUrl(settings: LinkSettings): string {
  const namespace = encodeURIComponent(settings.temporalNamespace);
  return `${settings.temporalUiUrl.replace(/\/+$/, '')}/namespaces/${namespace}/workflows`;
}
