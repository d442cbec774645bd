import { relative } from 'node:path';
import type { LocalSystem } from './local-system.ts';

/** What a person needs to know once the system is up: where things are, and three things to try. */
export function describeSystem({ env, envFile, config }: LocalSystem): string {
  const file = relative(process.cwd(), envFile);
  return `
Buildhub is running.

  Search page    ${config.API_URL}
  Operations     ${config.API_URL}/operations      (to change anything: ${env.OPERATIONS_TOKEN})
  API            ${config.API_URL}/api/docs
  Temporal UI    ${config.TEMPORAL_UI_URL}
  Addresses      ${file}      set -a; . ${file}; set +a
  Logs           ${file.replace(/env$/, 'logs')}/

Three things to try:

  1. Search in your browser: ${config.API_URL}/?q=firefox+nightly, or ask for the newest Firefox nightly:
     curl -s '${config.API_URL}/api/latest?product=firefox&channel=nightly'

  2. Publish more builds, and watch them arrive:
     npm run --silent buildhub -- publish-samples --count 50 --seed 2

  3. See what became of each build:
     ${config.TEMPORAL_UI_URL}/namespaces/${env.TEMPORAL_NAMESPACE}/workflows

Ctrl-C stops everything.
`;
}
