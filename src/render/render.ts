import { countThings, joinWords } from '../model/words.js';
import { type Address, type Kind, KINDS, nameKind } from '../model/address.js';
import type { Json } from '../model/json.js';
import { wrapText } from './wrap.js';

/*
 * Everything that people read, made from values of `model`. Renderers are pure: the style and the width of the
 * terminal are arguments. A command imports its renderer when it needs it, because some of them load packages.
 *
 *   plan/         a plan: view.ts decides what is shown; text, Markdown and HTML lay it out
 *   journeys/     journeys as pictures (SVG, Mermaid, DOT), a visit step by step, changed destinations of visitors
 *   promotion/    a promotion as text and Markdown
 *   result.ts     the outcomes of a run; runs.ts the journal; explain.ts one resource with the origin of its values
 *   drift.ts, pull.ts, doctor.ts, lint.ts, tests.ts, problems.ts    one command each
 *   junit.ts      failed tests and problems for CI
 *
 * What they share:
 *
 *   escape.ts     tenant text, made safe for terminal, HTML and XML; every renderer escapes exactly once
 *   once-managed.ts  live fields that the files no longer declare, for plan and drift
 *   field.ts      how one changed field is compared and shown; prices.ts a changed price
 *   markdown.ts   Markdown that foreign text cannot break, within a size limit
 *   terminal.ts   colours; wrap.ts the width of a terminal
 *   render.ts     blocks of a report, counted kinds, shortened ids, JSON
 */

/** Parts of a report with an empty line between them. */
export function joinBlocks(blocks: readonly string[], width = Infinity): string {
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}

/** Of a page. */
export const NO_TAG = 'no tag, so it cannot be published';
/** Of a changed item, or of several. */
export function sayOnNoPage(count: number): string {
  return count === 1
    ? 'is not on any page, so the shop does not show it'
    : 'are not on any page, so the shop does not show them';
}

/** Where an edit that also goes live comes from, and what is said of an item that was never published. */
export const EDITED_IN_APP = 'edited in the app';
export const FIRST_TIME = 'for the first time';

/** `1 add-on`, `5,000 offers` */
export function countKind(count: number, kind: Kind): string {
  return countThings(count, nameKind(kind, 1), nameKind(kind));
}

/** `1 add-on and 2 offers` */
export function countKinds(addresses: readonly Address[]): string {
  const counts = new Map<Kind, number>();
  for (const address of addresses) {
    const kind = KINDS.find((one) => address.startsWith(`${one}:`));
    if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [countKind(count, kind)];
  });
  return joinWords(parts);
}

/** Eight digits of a UUID are enough to tell branches apart. */
export function shortenId(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.slice(0, 8) : text;
}

/** A tenant's value may be nested too deeply for JSON.stringify. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? 'null';
  } catch {
    return '(nested too deeply to show)';
  }
}
