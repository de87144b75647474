import type { Kind } from '../model/address.js';
import { escapeTerminal } from './escape-terminal.js';

/** One row of a kind's table; the shape of resources/field-rule.ts, which render may not import. */
export interface ExplainRow {
  path: readonly string[];
  type: string;
  owner: string;
  list?: 'ordered' | 'set' | { key: string };
  note: string;
}

const MEANING = `A field that the file leaves out is not managed: never compared, never sent.
null clears the field. [] and {} are values. Unknown attributes are legal and compare as ordered.`;

export function renderExplainText(kind: Kind, rows: readonly ExplainRow[]): string {
  const blocks = rows.map((row) => {
    const facts = [row.type, `owner: ${row.owner}`, ...(row.list === undefined ? [] : [`list: ${nameList(row.list)}`])];
    return `  ${escapeTerminal(row.path.join('.'))}  (${facts.join('; ')})\n      ${escapeTerminal(row.note)}`;
  });
  return `${kind}\n\n${MEANING}\n\n${blocks.join('\n')}\n`;
}

function nameList(list: NonNullable<ExplainRow['list']>): string {
  return typeof list === 'object' ? `ordered, elements told apart by ${list.key}` : list;
}
