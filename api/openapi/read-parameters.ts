import type { Context } from 'hono';
import { z } from 'zod';
import { ApiProblem } from './api-problem.ts';
import type { RouteDescription } from './api-route.ts';

/** What is wrong with one parameter. */
export interface ParameterProblem {
  readonly in: 'path' | 'query';
  readonly name: string;
  readonly problem: string;
}

/** Characters of one parameter; the schemas may allow fewer. */
const maxLength = 10_000;

/**
 * The parameters of a request by the schemas of its route; one that may be given several times is a list.
 *
 * @throws {ApiProblem} with status 400 that names everything that is wrong, and the parameters that there are
 */
export function readParameters(c: Context, route: RouteDescription): { path: unknown; query: unknown } {
  const problems: ParameterProblem[] = [];
  const path = read('path', route.pathParameters, toLists(c.req.param()), problems);
  const query = read('query', route.query, c.req.queries(), problems);
  if (problems.length > 0) throw refuse(problems);
  return { path, query };
}

function toLists(values: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

function read(
  place: ParameterProblem['in'],
  schema: z.ZodObject = z.object({}),
  given: Record<string, string[]>,
  problems: ParameterProblem[],
): unknown {
  const raw: Record<string, unknown> = {};
  const known = Object.keys(schema.shape);
  const faulty = new Set<string>();
  const report = (name: string, problem: string) => {
    faulty.add(name);
    problems.push({ in: place, name, problem });
  };
  for (const [name, values] of Object.entries(given)) {
    if (!Object.hasOwn(schema.shape, name)) {
      const list = known.length > 0 ? `known are ${known.join(', ')}` : 'there are none here';
      report(name, `is not a parameter of this address: ${list}`);
      continue;
    }
    const unreadable = values.map(valueProblem).find((problem) => problem !== undefined);
    if (unreadable) report(name, unreadable);
    else if (isList(schema.shape[name])) raw[name] = values;
    else if (values.length > 1) report(name, 'is given more than once; give it once');
    else raw[name] = values[0];
  }
  const result = schema.safeParse(raw);
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (!faulty.has(name)) problems.push({ in: place, name, problem: describe(issue, raw[name]) });
  }
  return result.data;
}

/**
 * A parameter without a value is more often a variable that was not set than a wish for everything. PostgreSQL takes no
 * NUL, and what is not Unicode finds nothing anywhere.
 */
function valueProblem(value: string): string | undefined {
  if (value === '') return 'is empty; give it a value, or leave it out';
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (value.includes('\0')) return 'holds the character U+0000, which nothing here can hold';
  return value.isWellFormed() ? undefined : 'is not valid Unicode';
}

function isList(schema: unknown): boolean {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault) current = current.unwrap();
  return current instanceof z.ZodArray;
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  const [, position] = issue.path;
  const shown = Array.isArray(value) && typeof position === 'number' ? value[position] : value;
  return `${issue.message}, not ${shorten(JSON.stringify(shown) ?? '')}`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

function refuse(problems: readonly ParameterProblem[]): ApiProblem {
  const lines = problems.map(({ in: place, name, problem }) => {
    const where = place === 'path' ? 'in the path' : 'parameter';
    return `${where} \`${shorten(name)}\` ${problem}`;
  });
  return new ApiProblem(400, lines.join('; '), { details: { problems } });
}
