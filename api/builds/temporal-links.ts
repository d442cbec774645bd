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
