import type { JsonObject } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { Correction } from './correction.ts';
import { fixedMembers } from './fixed-members.ts';
import { type Pipeline, pipelineTypes, readPipeline } from './read-pipeline.ts';

const besideTheType: ReadonlySet<string> = new Set(['aggs', 'meta']);

/**
 * Takes the pipeline aggregations out of a search that are computed here: `moving_avg` is gone since Elasticsearch 8,
 * and the others are in a module of it that is published with its distribution alone. And finds the aggregations
 * whose answer has another form than it had in Elasticsearch 6.
 *
 * @returns what is to be done with the answer, in this order
 * @throws {SearchRefusal} for a pipeline that cannot be computed
 */
export function takePipelines(body: JsonObject): Correction[] {
  const aggregations = body.get('aggs');
  return aggregations instanceof Map ? takeFrom(aggregations, undefined, []) : [];
}

function takeFrom(
  aggregations: JsonObject,
  parent: string | undefined,
  path: readonly string[],
): Correction[] {
  const corrections: Correction[] = [];
  const pipelines = new Map<string, Pipeline>();
  for (const [name, holder] of [...aggregations]) {
    if (!(holder instanceof Map)) continue;
    const type = [...holder.keys()].find((key) => !besideTheType.has(key));
    const parameters = type === undefined ? undefined : holder.get(type);
    if (type === undefined || !(parameters instanceof Map)) continue;
    if (pipelineTypes.has(type)) {
      pipelines.set(name, readPipeline({ name, type, parameters, meta: holder.get('meta') }, parent));
      aggregations.delete(name);
      continue;
    }
    const fix = fixedMembers(type);
    if (fix !== undefined) corrections.push({ path: [...path, name], apply: fix });
    const below = holder.get('aggs');
    if (below instanceof Map) {
      corrections.push(...takeFrom(below, type, [...path, name]));
      if (below.size === 0) holder.delete('aggs');
    }
  }
  for (const { apply } of inOrder(pipelines, aggregations)) corrections.push({ path, apply });
  return corrections;
}

/** Each after those that it reads. */
function inOrder(pipelines: ReadonlyMap<string, Pipeline>, beside: JsonObject): Pipeline[] {
  const ordered = new Set<string>();
  const visit = (name: string, above: readonly string[]) => {
    if (ordered.has(name) || above.includes(name)) return;
    for (const read of pipelines.get(name)?.reads ?? []) {
      const known = nameIn(read, beside) ?? nameIn(read, pipelines);
      if (known === undefined) throw refuse(`No aggregation found for path [${read}]`);
      if (pipelines.has(known)) visit(known, [...above, name]);
    }
    ordered.add(name);
  };
  for (const name of pipelines.keys()) visit(name, []);
  return [...ordered].flatMap((name) => pipelines.get(name) ?? []);
}

/** The name itself, or what is in front of its last point: `stats.avg`. */
function nameIn(name: string, names: { has(name: string): boolean }): string | undefined {
  if (names.has(name)) return name;
  const holder = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  return names.has(holder) ? holder : undefined;
}
