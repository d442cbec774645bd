import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { Operation } from '../operations/operation.ts';

/** The parts of JSON Schema that the input of an operation uses. */
interface Member {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** Of an array: its elements are read from a file, one per line. */
  readonly fromFile?: boolean;
}

type Input = Record<string, unknown>;

/** Gives a command a flag for each member of an operation's input. */
export function addInputFlags(command: Command, schema: z.ZodObject): Command {
  const { members, required } = membersOf(schema);
  for (const [name, member] of members) {
    const hidesDefault =
      member.default === undefined || typeof member.default === 'boolean' || member.default === '';
    const byDefault = hidesDefault ? '' : ` (default: ${member.default})`;
    const { description = '' } = member;
    const not = member.default === true ? 'do not ' : '';
    const about = `${not}${description.charAt(0).toLowerCase()}${description.slice(1)}${byDefault}`;
    const option = new Option(flagOf(name, member), about);
    if (member.enum) option.choices(member.enum);
    if (member.type === 'number' || member.type === 'integer') option.argParser(parseNumber);
    command.addOption(option.makeOptionMandatory(required.includes(name)));
  }
  return command;
}

/**
 * Reads the input from the flags of a command, by its schema.
 *
 * @throws {CommanderError} that names all flags that are wrong
 */
export function readInput(command: Command, schema: z.ZodObject): Input {
  const { members } = membersOf(schema);
  const options = command.opts<Record<string, unknown>>();
  const given = members.flatMap(([name, member]) => {
    const value = options[new Option(flagOf(name, member)).attributeName()];
    if (value === undefined || (value === true && member.default === true)) return [];
    return [[name, member.fromFile ? readLines(String(value)) : value]];
  });
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [name, at], message }) => {
    const member = members.find(([each]) => each === name);
    if (!member) return withFlags(message, members);
    return `${longFlag(...member)}${typeof at === 'number' ? `, entry ${at + 1}` : ''} ${message}`;
  });
  return command.error(`error: ${problems.join('\nerror: ')}`);
}

/** An input as flags: `--prefix pub/ --dry-run`. */
export function flagsOf(input: Readonly<Record<string, unknown>>, schema: z.ZodObject): string {
  const { members } = membersOf(schema);
  return members
    .filter(([name]) => input[name] !== undefined)
    .map(([name, member]) => {
      const value = input[name];
      const flag = longFlag(name, member);
      if (member.type === 'boolean') return flag;
      if (member.fromFile) return `${flag} keys.txt`;
      const words = [value].flat().map((word) => (/[^\w./:-]/.test(String(word)) ? `"${word}"` : word));
      return `${flag} ${words.join(' ')}`;
    })
    .join(' ');
}

/** The examples of an operation as lines of help, each below what it does. */
export function exampleLines({ name, input, examples }: Operation): string[] {
  return examples.flatMap(({ input: example, about }) => [
    `  # ${about}`,
    `  $ buildhub ${name} start ${flagsOf(example, input)}`.trimEnd(),
  ]);
}

function membersOf(schema: z.ZodObject) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return { members: Object.entries(properties) as [string, Member][], required };
}

function longFlag(name: string, { type, default: value, fromFile }: Member): string {
  const words = name.replaceAll('_', '-');
  if (type === 'boolean' && value === true) return `--no-${words}`;
  return fromFile ? `--${words}-file` : `--${words}`;
}

function flagOf(name: string, member: Member): string {
  const flag = longFlag(name, member);
  if (member.type === 'boolean') return flag;
  if (member.fromFile) return `${flag} <file>`;
  const value = member.type === 'number' || member.type === 'integer' ? 'number' : 'value';
  return `${flag} <${member.type === 'array' ? `${value}...` : value}>`;
}

/** A message about several members, with the flags of those that it names. */
function withFlags(message: string, members: readonly [string, Member][]): string {
  return members.reduce(
    (text, [name, member]) =>
      text.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g'), longFlag(name, member)),
    message,
  );
}

/** The lines of a file that are not empty; `-` is standard input. A byte order mark is ignored. */
function readLines(file: string): string[] {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function parseNumber(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('It must be a number, such as 20 or 0.5.');
  return Number(text);
}

/** Reads a count from the command line. @throws {InvalidArgumentError} which commander shows with the option */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a non-negative integer.');
  return Number(text);
}

/** Reads a count of which 0 would show nothing, as if there were nothing. */
export function parseLimit(text: string): number {
  const limit = parseCount(text);
  if (limit === 0) throw new InvalidArgumentError('It must be 1 or more.');
  return limit;
}

/** Reads a text of some form from the command line. */
export function parseText(schema: z.ZodType<string>, text: string): string {
  const { success, error } = schema.safeParse(text);
  if (!success) throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`);
  return text;
}

/** Reads a rate limit: a number per second above 0, or `none`, which is null. */
export function parseRateLimit(text: string): number | null {
  if (text === 'none') return null;
  const rate = parseNumber(text);
  if (!(rate > 0)) throw new InvalidArgumentError('It must be a number above 0, or "none".');
  return rate;
}
