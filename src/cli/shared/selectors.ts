import { completeList, findGlobFault, isNegation, matchGlob } from '../../glob/glob.js';
import type { GlobFault } from '../../glob/parse-pattern.js';
import { findAddressFault, findNearestAddress } from '../../kinds/address-patterns.js';
import { normalisePattern, readKind } from '../../model/address.js';
import { refuseUsage } from './error-report.js';

/**
 * Selectors of the command line: patterns in the language of limio.config (docs/patterns.md). One that cannot be read,
 * or that matches nothing, is an error in every command: it must not look like a command that found no difference.
 */

/** Patterns of addresses. @throws LimioError USAGE for one that cannot be read or can match nothing. */
export function parseSelectors(texts: readonly string[]): string[] {
  return parseList(texts.map(spellKind), findAddressFault).map(normalisePattern);
}

/** `promo-code:A*` as `promo_code:A*`. */
function spellKind(text: string): string {
  const [, sign = '', word = '', name = ''] = /^(!?)([a-z_-]+)(:.*)$/is.exec(text) ?? [];
  const kind = readKind(word);
  return kind === undefined ? text : `${sign}${kind}${name}`;
}

/** Patterns of paths or routes. @throws LimioError USAGE for one that cannot be read. */
export function parseNames(texts: readonly string[]): string[] {
  return parseList(texts, (text) => {
    const fault = findGlobFault(text.replace(/^!/, ''));
    return fault && { ...fault, message: `"${text}" cannot be read: ${fault.message}` };
  });
}

function parseList(texts: readonly string[], findFault: (text: string) => GlobFault | undefined): string[] {
  const first = texts.findIndex((text) => !isNegation(text));
  texts.forEach((text, i) => {
    const fault = findFault(text);
    if (fault) throw refuseUsage(fault.message, fault.hint);
    if (i < first)
      throw refuseUsage(
        `"${text}" excludes nothing: "!" only excludes what the selectors before it match.`,
        'Move it behind them.',
      );
  });
  return completeList(texts);
}

/** The message of a selector that matches nothing, and the hint where no address is near. */
export interface Unmatched {
  message: string;
  hint: string;
}

/** @throws LimioError USAGE for the first selector, also after `!`, that matches none of the addresses. */
export function requireMatches(
  selectors: readonly string[],
  addresses: readonly string[],
  explain: (selector: string, pattern: string) => Unmatched,
): void {
  for (const selector of selectors) {
    const pattern = isNegation(selector) ? selector.slice(1) : selector;
    if (addresses.some((address) => matchGlob(pattern, address))) continue;
    const { message, hint } = explain(selector, pattern);
    const nearest = findNearestAddress(pattern, addresses);
    throw refuseUsage(message, nearest === undefined ? hint : `Did you mean '${nearest}'?`);
  }
}
