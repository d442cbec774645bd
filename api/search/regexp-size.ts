/** In a class: an escaped character, or another one or a range, whose end may be a bracket. */
const inClass = String.raw`(?:\\.|[^\\](?:-\\?.)?)`;
/** An escaped character, a class, a text in quotes, a range of numbers, nothing, a repetition, or any other character. */
const tokens = new RegExp(
  String.raw`\\.?|\[\^?${inClass}(?:(?!\])${inClass})*\]?|"[^"]*"|<\d+-\d+>|\(\)|\{(\d*)(,?)(\d*)\}|.`,
  'gsu',
);
/** Operators that `flags` may turn off, which makes characters of them. */
const optional = ['', '&', '~', '&~'];

/** The part of a regular expression within one pair of parentheses. */
interface Group {
  /** Of the alternatives before the last `|`. */
  readonly alternatives: number;
  /** Of what stands before the last `&`: the automaton of an intersection has a state for every pair. */
  readonly factors: number;
  readonly sequence: number;
  /** What a repetition would repeat. */
  readonly last: number;
}

const empty: Group = { alternatives: 0, factors: 1, sequence: 0, last: 0 };

/** A complement is made of a deterministic automaton, which is larger. */
const complementFactor = 10;

/**
 * About how many states Lucene's automaton of a regular expression has: its characters, with every repetition written
 * out. Lucene builds it whole, copy by copy, before it looks at any limit, and the time limit of a search does not end that:
 * four times `((a{1,100}){1,100}){1,100}` took all search threads of an Elasticsearch for minutes.
 */
export function regexpSize(pattern: string): number {
  // One that the pattern does not have changes nothing.
  const possible = optional.filter((operators) => [...operators].every((one) => pattern.includes(one)));
  return Math.max(...possible.map((operators) => sizeWith(pattern, operators)));
}

function sizeWith(pattern: string, operators: string): number {
  const outer: { group: Group; complements: number }[] = [];
  let group = empty;
  let complements = 0;
  const add = (size: number) => {
    const last = size * complementFactor ** complements;
    complements = 0;
    group = { ...group, sequence: group.sequence + last, last };
  };
  for (const [token, least, comma, most] of pattern.matchAll(tokens)) {
    if (token === '(') {
      outer.push({ group, complements });
      group = empty;
      complements = 0;
    } else if (token === '~' && operators.includes('~')) {
      complements++;
      group = { ...group, last: 0 };
    } else if (
      group.last === 0 ||
      !(/^[)|*+?]/.test(token) || operators.includes(token) || least !== undefined)
    )
      // Where there is nothing to end or to repeat, Lucene takes an operator for a character too.
      add(/^["<{]./.test(token) ? 4 * token.length : 1);
    else if (token === ')') {
      const inside = sizeOf(group);
      const around = outer.pop();
      group = around?.group ?? empty;
      complements = around?.complements ?? 0;
      add(inside);
    } else if (token === '|') group = { ...empty, alternatives: sizeOf(group) };
    else if (token === '&') group = { ...group, factors: factorsOf(group), sequence: 0, last: 0 };
    else {
      const times = token === '+' ? 2 : Number(least ?? 1) + (comma && !most ? 1 : 0);
      group = repeated(group, Math.max(1, times, Number(most ?? 1)));
    }
  }
  return outer.reduceRight((inside, { group }) => inside + sizeOf(group), sizeOf(group));
}

function repeated(group: Group, times: number): Group {
  return { ...group, sequence: group.sequence + group.last * (times - 1), last: group.last * times };
}

function factorsOf({ factors, sequence }: Group): number {
  return factors * Math.max(1, sequence);
}

function sizeOf(group: Group): number {
  return group.alternatives + factorsOf(group);
}
