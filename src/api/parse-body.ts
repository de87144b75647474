import type { Json } from '../model/json.js';

export type BodyProblem = 'empty' | 'html' | 'not JSON' | 'too large';

/** The body of an answer, whatever its content type claims. */
export type ParsedBody = { json: Json } | { problem: BodyProblem; text: string };

/**
 * JSON under a wrong content type is accepted; HTML, nothing and half a document are told apart.
 * `JSON.parse` makes `__proto__` an own key, which harms nobody as long as it is never assigned.
 */
export function parseBody(text: string): ParsedBody {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (bare === '') return { problem: 'empty', text: '' };
  try {
    return { json: JSON.parse(bare) as Json };
  } catch {
    return { problem: bare.startsWith('<') ? 'html' : 'not JSON', text: bare };
  }
}
