import { isKind, type Kind, KINDS } from '../../model/address.js';
import { getOwn, type JsonObject } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { Finding } from '../finding.js';

/** The kind of a document, or what is wrong with it: nothing else can be checked without one. */
export function checkKind(value: JsonObject): { kind: Kind } | { finding: Finding } {
  const kind = getOwn(value, 'kind');
  const list = `The kinds are ${KINDS.join(', ')}.`;
  if (kind === undefined || kind === null) {
    const slip = suggestNearest('kind', Object.keys(value), 1);
    const key = slip === undefined ? [] : [slip];
    const hint = slip === undefined ? list : `Did you mean "kind" instead of "${slip}"?`;
    return { finding: { code: 'KIND_MISSING', path: key, on: 'key', message: 'The document has no "kind".', hint } };
  }
  if (typeof kind === 'string' && isKind(kind)) return { kind };
  const spelling = typeof kind === 'string' ? kind.replaceAll(/[\s-]+/g, '_') : '';
  const nearest = (KINDS as readonly string[]).includes(spelling) ? spelling : suggestNearest(spelling, KINDS);
  const hint = nearest === undefined ? list : `Did you mean "${nearest}"?`;
  return {
    finding: { code: 'KIND_UNKNOWN', path: ['kind'], message: `There is no kind ${JSON.stringify(kind)}.`, hint },
  };
}
