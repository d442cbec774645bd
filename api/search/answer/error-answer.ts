import { JsonNumber, type JsonObject, type JsonValue, memberAt } from '../../../schema/json/json-value.ts';
import { parseJson } from '../../../schema/json/parse-json.ts';
import { refuse, SearchRefusal } from '../search-refusal.ts';
import { asElasticsearch6, textOfElasticsearch6 } from './error-wording.ts';

/**
 * The refusal for an error that Elasticsearch answered.
 *
 * A 400 of Elasticsearch goes on as it is; of any other error with a cause, the cause's reason goes on as a text and
 * with status 400. Errors that are about Elasticsearch itself and not about the search are left to the caller.
 *
 * @param index the name of the build index as clients know it
 * @returns undefined where the answer is not of that kind
 */
export function errorAnswer(status: number, text: string, index: string): SearchRefusal | undefined {
  const body = parse(text);
  if (!(body instanceof Map)) return undefined;
  const worded = asElasticsearch6(body, index);
  const deeper = memberAt(worded, 'error', 'caused_by', 'reason');
  // Too many buckets: neither a cause nor a reason is where clients look for them.
  if (memberAt(worded, 'error', 'reason') === '' && typeof deeper === 'string')
    return refuse(deeper, 'limit');
  const reason = reasonOf(worded);
  const text6 = reason === undefined ? undefined : textOfElasticsearch6(reason);
  if (text6 !== undefined) return refuse(text6, 'elasticsearch');
  if (status === 400) {
    return new SearchRefusal(reason ?? 'Bad request', { body: worded, kind: 'elasticsearch' });
  }
  return reason === undefined ? undefined : refuse(reason, 'elasticsearch');
}

function reasonOf(body: JsonObject): string | undefined {
  const causes = memberAt(body, 'error', 'root_cause');
  const [first] = Array.isArray(causes) ? causes : [];
  const reason = first === undefined ? undefined : memberAt(first, 'reason');
  return typeof reason === 'string' ? reason : undefined;
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return new JsonNumber('0');
  }
}
