import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

const root = join(import.meta.dirname, '..');
const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
const folder = join(root, 'workflows/dist');

/** The modules with interceptors that run inside the workflows; tracing's come first. */
export function workflowModules(isTraced: boolean): string[] {
  const tracing = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';
  return [
    ...(isTraced ? [fileURLToPath(import.meta.resolve(tracing))] : []),
    fileURLToPath(new URL('../telemetry/ingestion-ids.ts', import.meta.url)),
  ];
}

/**
 * The workflows with their interceptors as one script, as Temporal's worker runs them. It is kept in `workflows/dist/` (an image
 * holds it there) and used as long as every source file in it is unchanged; otherwise webpack makes it again, which takes
 * a few seconds. In a folder that cannot be written to, the script is used without being kept.
 *
 * @param interceptorModules absolute paths of modules with workflow interceptors
 */
export async function workflowBundle(interceptorModules: readonly string[]): Promise<WorkflowBundleOption> {
  const codePath = join(folder, `${await digestOfModules(interceptorModules)}.js`);
  if (await isCurrent(codePath)) return { codePath };
  const bundle = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [...interceptorModules],
    logger: new DefaultLogger('ERROR'),
  });
  try {
    // Renamed when whole: several workers may start at once.
    const draft = `${codePath}.${process.pid}`;
    await mkdir(folder, { recursive: true });
    await writeFile(draft, bundle.code);
    await rename(draft, codePath);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return bundle;
}

/** Names a bundle by its interceptors and the installed packages; source files are compared by `isCurrent`. */
async function digestOfModules(modules: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'node_modules/.package-lock.json')));
  for (const module of modules) hash.update(`\0${relative(root, module)}`);
  return hash.digest('hex').slice(0, 12);
}

/** Whether the bundle exists and each file of this repository in it, read from its source map, is as it was. */
async function isCurrent(codePath: string): Promise<boolean> {
  try {
    const code = await readFile(codePath, 'latin1');
    const encoded = code.slice(code.lastIndexOf('base64,') + 'base64,'.length);
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as {
      sources: string[];
      sourcesContent: string[];
    };
    const own = [...map.sources.entries()].filter(
      ([, path]) => path.startsWith(root) && path.endsWith('.ts') && !path.includes('/node_modules/'),
    );
    const same = own.map(async ([at, path]) => (await readFile(path, 'utf8')) === map.sourcesContent[at]);
    return own.length > 0 && (await Promise.all(same)).every(Boolean);
  } catch {
    return false;
  }
}

// `node worker/workflow-bundle.ts`, which the Dockerfile calls: makes what any worker may need.
if (import.meta.main) {
  for (const isTraced of [false, true]) await workflowBundle(workflowModules(isTraced));
}
