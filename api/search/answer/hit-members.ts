import type { MemberRewrite, PythonStyleWriter } from '../../json/python-style-writer.ts';

/**
 * Gives hits the two members that Elasticsearch 6 gave them: `_index` is the name that clients know, not that of the
 * numbered index behind the alias, and `_type` follows it. Hits in `top_hits` and `inner_hits` are hits as well.
 *
 * @param type undefined for hits without one
 *
 * An aggregation may be named `_index` too; its value is an object, so it is told apart.
 */
export function indexAndType(alias: string, type: string | undefined): MemberRewrite {
  const members = `"_index": ${JSON.stringify(alias)}${type === undefined ? '' : `, "_type": "${type}"`}`;
  return (writer, _key, value) => {
    if (!isString(writer, value)) return undefined;
    writer.text(members);
    return writer.endOfString(value);
  };
}

/**
 * Leaves `_ignored` out: Elasticsearch 9 lists there the fields whose value was too long for their keyword sub-field,
 * which Elasticsearch 6 did not.
 */
export const ignoredFields: MemberRewrite = (writer, _key, value) => {
  if (writer.input[value] !== 0x5b) return undefined;
  let position = value + 1;
  while (isString(writer, position) || writer.input[position] === 0x2c) {
    position = isString(writer, position) ? writer.endOfString(position) : position + 1;
  }
  position++;
  if (writer.input[position] === 0x2c) return position + 1;
  writer.dropSeparator();
  return position;
};

/**
 * A search that asks for no hits had `0.0` as its best score in Elasticsearch 6, and has null in 9. It is the first
 * `max_score` of the answer; those of `top_hits` come after it.
 */
export function maxScoreWithoutHits(): MemberRewrite {
  let done = false;
  return (writer, _key, value) => {
    if (done) return undefined;
    done = true;
    if (writer.input[value] !== 0x6e) return undefined;
    writer.text('"max_score": 0.0');
    return value + 'null'.length;
  };
}

/**
 * Leaves `terminated_early` out where it is false: Elasticsearch 6 had it only in the answer of a search with
 * `terminate_after`, and there it was true.
 */
export const notTerminatedEarly: MemberRewrite = (writer, _key, value) => {
  const isFalse = writer.input[value] === 0x66;
  return isFalse ? value + 'false,'.length : undefined;
};

function isString(writer: PythonStyleWriter, position: number): boolean {
  return writer.input[position] === 0x22;
}
