import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
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
  lostComments: { comments: number; files: number };
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
    left.length === 0
      ? ''
      : ['Not factored:', ...left.map((one) => `  ${escapeTerminal(one.address)}: ${escapeTerminal(one.reason)}`)].join(
          '\n',
        ),
    summarise(report),
  ];
  return joinBlocks(blocks, width);
}

function showFile({ path, text }: NewFile, style: Style): string {
  const lines = text.trimEnd().split('\n');
  return [style.bold(escapeTerminal(path)), ...lines.map((line) => `  ${escapeTerminal(line)}`)].join('\n');
}

function summarise({ written, resources, before, template, table, lostComments }: FactorReport): string {
  const { comments, files } = lostComments;
  const made = [template, table].map(({ path, lines }) => `${escapeTerminal(path)} (${countThings(lines, 'line')})`);
  return [
    `${written ? 'Factored' : 'Would factor'} ${countThings(resources, 'resource')}: ` +
      `${countThings(before.files, 'file')}, ${countThings(before.lines, 'line')} -> ${made.join(' and ')}`,
    'The declared resources are exactly the same in every environment.',
    ...(comments === 0
      ? []
      : [`${countThings(comments, 'comment')} in ${countThings(files, 'file')} ${written ? 'are' : 'would be'} gone.`]),
    written
      ? `Next: ${formatCommand('validate')}, then git diff`
      : 'To write the files, run the command without --dry-run.',
  ].join('\n');
}
