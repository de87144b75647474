import { formatCommand } from '../model/text.js';
import { countThings, joinWords } from '../model/words.js';
import { escapeTerminal } from './escape.js';
import { joinBlocks } from './render.js';
import type { Style } from './terminal.js';

interface NewFile {
  path: string;
  lines: number;
  text: string;
}

/** What `factor` made, or would make. */
export interface FactorReport {
  written: boolean;
  /** How many resources became rows. */
  resources: number;
  templates: number;
  /** The files that held them, and how many lines they took there. */
  before: { files: number; lines: number };
  template: NewFile;
  table: NewFile;
  /** `values`: how many different ones a column has. */
  columns: { name: string; values: number }[];
  removed: string[];
  /** Files that keep other documents. */
  changed: string[];
  /** Comments of the old documents that the template does not have. */
  lostComments: { file: string; line: number }[];
  /** Cells with an apostrophe, because a spreadsheet would run their text as a formula. */
  guardedCells: number;
  /** Selected resources that stay as they are. */
  left: { address: string; reason: string }[];
}

export function renderFactorText(report: FactorReport, { style, width }: { style: Style; width?: number }): string {
  const { written, template, table, left } = report;
  const columns = report.columns.map(({ name, values }): [string, string] => [name, countThings(values, 'value')]);
  const longest = Math.max(0, ...columns.map(([name]) => name.length));
  const blocks = [
    ...(written ? [] : [showFile(template, style), showFile(table, style)]),
    [
      ...report.removed.map((path) => style.dim(`- ${escapeTerminal(path)}`)),
      ...report.changed.map((path) => style.dim(`~ ${escapeTerminal(path)}, which keeps its other documents`)),
    ].join('\n'),
    ['Columns:', ...columns.map(([name, values]) => `  ${escapeTerminal(name).padEnd(longest)}  ${values}`)].join('\n'),
    left.length === 0 ? '' : ['Not factored:', ...showLeft(left)].join('\n'),
    summarise(report),
  ];
  return joinBlocks(blocks, width);
}

/** The resources that stay as they are, one on each line. */
export function showLeft(left: FactorReport['left']): string[] {
  return left.map(({ address, reason }) => `  ${escapeTerminal(address)}: ${escapeTerminal(reason)}`);
}

function showFile({ path, text }: NewFile, style: Style): string {
  const lines = text.trimEnd().split('\n');
  return [style.bold(escapeTerminal(path)), ...lines.map((line) => `  ${escapeTerminal(line)}`)].join('\n');
}

function summarise(report: FactorReport): string {
  const { written, resources, before, template, table, guardedCells } = report;
  const made = [template, table].map(({ path, lines }) => `${escapeTerminal(path)} (${countThings(lines, 'line')})`);
  return [
    `${written ? 'Factored' : 'Would factor'} ${countThings(resources, 'resource')}: ` +
      `${countThings(before.files, 'file')}, ${countThings(before.lines, 'line')} -> ${made.join(' and ')}`,
    'The declared resources are exactly the same in every environment.',
    ...(guardedCells === 0 ? [] : [explainGuarded(guardedCells, written)]),
    ...showLostComments(report),
    written
      ? `Next: ${formatCommand('validate')}, then git diff`
      : 'To write the files, run the command without --dry-run.',
  ].join('\n');
}

function explainGuarded(cells: number, written: boolean): string {
  const verb = written ? (cells === 1 ? 'has' : 'have') : 'would have';
  return (
    `${countThings(cells, 'cell')} ${verb} an apostrophe before a text that a spreadsheet would run as a formula. ` +
    'limio-sync reads it without.'
  );
}

const MOST_PLACES = 5;

function showLostComments({ lostComments, written }: FactorReport): string[] {
  if (lostComments.length === 0) return [];
  const places = lostComments.map(({ file, line }) => `${escapeTerminal(file)}:${line}`);
  const more = places.length - MOST_PLACES;
  const shown = [...places.slice(0, MOST_PLACES), ...(more > 0 ? [`${more} more`] : [])];
  const count = countThings(lostComments.length, 'comment');
  const files = countThings(new Set(lostComments.map(({ file }) => file)).size, 'file');
  const verb = written ? (lostComments.length === 1 ? 'is' : 'are') : 'would be';
  return [`${count} in ${files} ${verb} gone: ${joinWords(shown)}`];
}
