/** Where the Temporal UI shows a run. */
export function temporalRunUrl(
  settings: { readonly temporalUiUrl: string; readonly temporalNamespace: string },
  workflowId: string,
  runId: string,
): string {
  const path = ['namespaces', settings.temporalNamespace, 'workflows', workflowId, runId, 'history'];
  return `${settings.temporalUiUrl.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`;
}
