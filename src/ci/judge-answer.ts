import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { CallRest, RestAnswer, RestRequest } from './rest-client.js';
import type { WriteAnswer } from './text-store.js';

/** The two things that differ when something is refused. */
export interface HostWords {
  name: string;
  /** What to do when the token may not. */
  deniedHint: string;
}

/** @throws LimioError CI_DENIED for what the token may not do, CI_API for every other refusal. */
export function requireOk(answer: RestAnswer, { method, path }: RestRequest, { name, deniedHint }: HostWords): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const said = `${name} answered ${answer.status} to ${method} ${path.split('?')[0]}${answer.message === '' ? '' : `: ${answer.message}`}`;
  // 404 is how both hosts refuse what the token may not even see.
  if (answer.status === 403 || answer.status === 404)
    throw new LimioError({ code: 'CI_DENIED', message: said, hint: deniedHint });
  throw new LimioError({
    code: 'CI_API',
    message: said,
    ...(answer.status === 401 ? { hint: 'The token is not accepted: is it the right one, and has it expired?' } : {}),
  });
}

/** Sends a text. GitHub answers 422 to one that is too long, GitLab 400. */
export async function sendText(
  call: CallRest,
  request: RestRequest,
  words: HostWords,
  urlKey: string,
): Promise<WriteAnswer> {
  const answer = await call(request);
  if (answer.status === 413 || ([400, 422].includes(answer.status) && /too (long|large)/i.test(answer.message)))
    return { kind: 'too-long' };
  requireOk(answer, request, words);
  const url = readText(answer.body, urlKey);
  return { kind: 'written', ...(url === undefined ? {} : { url }) };
}

/** A property that is a text. */
export function readText(value: Json | undefined, key: string): string | undefined {
  const found = isJsonObject(value) ? getOwn(value, key) : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The id of an object, as text, whatever its type. */
export function readId(value: Json | undefined, key: string): string | undefined {
  const found = isJsonObject(value) ? getOwn(value, key) : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
