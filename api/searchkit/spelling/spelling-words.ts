import { type FacetField, facetFields } from '../searchable-fields.ts';
import { fieldNamed, isRaw, wordsOf } from '../word-query.ts';

/** A word of a search text that may be a value of a build in another spelling. */
export interface SpellingWord {
  /** Its place among the words of the text. */
  readonly at: number;
  /** The part that may be misspelt. */
  readonly value: string;
  /** The word as a search of its own, without the parentheses that it may begin or end with. */
  readonly alone: string;
  /** Where it is looked up. */
  readonly fields: readonly FacetField[];
  /** The whole word with another value of one of the fields. */
  with(value: string, field: FacetField): string;
}

/** Each is one more condition and up to six lookups, so a long text is not looked at to its end. */
const mostWords = 8;

/** Without versions: each is an edit or two from others, and a plain number is more often a build id. */
const plainFields = facetFields.filter((field) => field !== 'target.version');
/** Not among the fields that a plain word is searched in. */
const treeField: FacetField = 'source.tree';

const plainValue = /^[\p{L}\p{N}][\p{L}\p{N}._-]{3,99}$/u;

/** Whether a value can stand in a search text without quotes, and means itself there. */
export function isPlainValue(value: string): boolean {
  return plainValue.test(value);
}

/** The words whose spelling can be looked up: plain ones of four letters or more, and values of a facet's field. */
export function spellingWords(text: string): SpellingWord[] {
  if (isRaw(text)) return [];
  return wordsOf(text)
    .flatMap((word, at) => {
      const [, lead = '', name, value = '', tail = ''] =
        /^(\(*)(?:([\w.]+):)?([^()]*)(\)*)$/.exec(word) ?? [];
      if (!isPlainValue(value)) return [];
      const fields =
        name === undefined ? plainFields : facetFields.filter((field) => field === fieldNamed(name));
      const prefix = (field: FacetField) => {
        if (name !== undefined) return `${name}:`;
        return field === treeField ? 'tree:' : '';
      };
      return {
        at,
        value,
        alone: name === undefined ? value : `${name}:${value}`,
        fields,
        with: (other: string, field: FacetField) => `${lead}${prefix(field)}${other}${tail}`,
      };
    })
    .filter(({ fields }) => fields.length > 0)
    .slice(0, mostWords);
}
