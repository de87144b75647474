import type { Json } from '../../model/json.js';

/** Every text in a value, at any depth; with a stack of our own, since a hostile one may nest deeper than ours. */
export function listTexts(value: Json): string[] {
  const texts: string[] = [];
  const stack: Json[] = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) stack.push(part);
  }
  return texts;
}
