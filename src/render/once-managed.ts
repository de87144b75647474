import { jsonEqual } from '../model/json.js';
import type { OnceManaged } from '../model/plan.js';
import { countThings, groupDigits } from '../model/words.js';
import { escapeShort, escapeTerminal } from './escape.js';
import { nameField } from './field.js';
import { quoteCode } from './markdown.js';
import { writeJson } from './render.js';
import type { Style } from './terminal.js';

/* Live fields that the files set once and no longer declare, for plans and for drift. Every text is escaped here. */

const MOST_SHOWN = 20;

const LEAVE = 'To leave them to the app without this note, name them in "ownership.app".';

/** `2 fields no longer declared, still live` */
export function countOnceManaged(fields: readonly OnceManaged[]): string {
  return countThings(fields.length, 'field no longer declared, still live', 'fields no longer declared, still live');
}

/** Lines for a terminal; none without fields. */
export function renderOnceManaged(fields: readonly OnceManaged[] = [], style: Style): string[] {
  if (fields.length === 0) return [];
  const rows = fields.slice(0, MOST_SHOWN).flatMap((field) => {
    const { address, path, live, clear } = field;
    const since = describeSince(field, escapeShort);
    const remedy = clear
      ? `    to clear it, write ${style.bold(escapeTerminal(clear.line))}${describePlace(clear, escapeTerminal)}`
      : '    a file cannot clear it; declare it again, or change it in the app';
    return [
      `  ${escapeTerminal(address)}  ${escapeShort(nameField(path))}: ${escapeShort(writeJson(live))}${since}`,
      remedy,
    ];
  });
  return [style.bold(countOnceManaged(fields)), ...rows, ...countRest(fields), style.dim(`  ${LEAVE}`)];
}

/** Items of a Markdown list. */
export function listOnceManaged(fields: readonly OnceManaged[] = []): string[][] {
  return fields.slice(0, MOST_SHOWN).map((field) => {
    const { address, path, live, clear } = field;
    const remedy = clear ? `; to clear it: ${quoteCode(clear.line)}${describePlace(clear, quoteCode)}` : '';
    return [
      `- ${quoteCode(address)} ${quoteCode(nameField(path))}: ${quoteCode(writeJson(live))}` +
        `${describeSince(field, quoteCode)}${remedy}`,
    ];
  });
}

export function describeSince({ applied, live }: OnceManaged, quote: (text: string) => string): string {
  return jsonEqual(applied, live)
    ? ', as last applied'
    : `, changed since it was applied as ${quote(writeJson(applied))}`;
}

/** ` below /attributes in catalog/offers/digital.yaml` */
export function describePlace(
  { file, below }: NonNullable<OnceManaged['clear']>,
  quote: (text: string) => string,
): string {
  return `${below === '' ? '' : ` below ${quote(below.slice(1))}`} in ${quote(file)}`;
}

function countRest({ length }: readonly OnceManaged[]): string[] {
  return length > MOST_SHOWN ? [`  and ${groupDigits(length - MOST_SHOWN)} more`] : [];
}
