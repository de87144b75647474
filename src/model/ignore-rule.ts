import { parsePointer } from './pointer.js';

/** What is not managed: objects by a pattern of their address, or one field of them. */
export interface IgnoreRule {
  /** For `matchGlob`, over whole addresses. */
  address: string;
  /** Segments of the field from the top of the body; `*` in one stands for any text. */
  field?: readonly string[];
}

/**
 * `offer:/offers2/X*` is whole objects, `offer:/offers2/X*#/attributes/badge_text__limio` one field.
 * The field begins at the first `#/`; an address that holds `#/` itself is written with `*` there.
 */
export function parseIgnoreRule(text: string): IgnoreRule {
  const hash = text.indexOf('#/');
  if (hash === -1) return { address: text };
  return { address: text.slice(0, hash), field: parsePointer(text.slice(hash + 1)) };
}
