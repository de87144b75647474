import type { RunRecord } from '../model/run.js';
import { escapeTerminal, replaceUnsafe } from './escape.js';

/* Runs as rows, for auditors and spreadsheets. */

export type ExportFormat = 'jsonl' | 'csv';

type Cell = string | number | null;

/** The columns in their order; scripts depend on the names. */
const COLUMNS = {
  id: ({ id }) => id,
  command: ({ start }) => start?.command,
  of: ({ start }) => start?.of,
  environment: ({ start }) => start?.environment,
  host: ({ start }) => start?.host,
  startedAt: ({ start }) => start?.at,
  endedAt: ({ endedAt }) => endedAt,
  user: ({ start }) => start?.by?.user,
  job: ({ start }) => start?.by?.link,
  pullRequest: ({ start }) => start?.by?.pullRequest,
  commit: ({ start }) => start?.commit,
  toolVersion: ({ start }) => start?.toolVersion,
  fingerprint: ({ start }) => start?.fingerprint,
  state: ({ state }) => state,
  done: ({ result }) => result?.summary.done,
  failed: ({ result }) => result?.summary.failed,
  unverified: ({ result }) => result?.summary.unverified,
  blocked: ({ result }) => result?.summary.blocked,
  withheld: ({ result }) => result?.summary.withheld,
  pagesBuilt: ({ result }) => result?.summary.pagesBuilt,
  routesLive: ({ result }) => result?.summary.pagesLive,
  routesNotLive: ({ result }) => result?.summary.pagesNotLive,
} satisfies Record<string, (run: RunRecord) => string | number | undefined>;

export function renderRunsExport(runs: readonly RunRecord[], format: ExportFormat): string {
  const rows = runs.map(toRow);
  if (format === 'jsonl') return rows.map((row) => `${writeJsonLine(row)}\n`).join('');
  const header = Object.keys(COLUMNS).join(',');
  return [header, ...rows.map((row) => Object.values(row).map(writeCell).join(','))]
    .map((row) => `${row}\r\n`)
    .join('');
}

function toRow(run: RunRecord): Record<string, Cell> {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, pick]) => [name, pick(run) ?? null]));
}

/** Characters that a terminal obeys or hides are written as \u escapes, which mean the same. */
function writeJsonLine(row: Record<string, Cell>): string {
  return replaceUnsafe(JSON.stringify(row), (char) =>
    char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** A spreadsheet computes a cell that begins like this, also one from a file. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

/** RFC 4180. A text that a spreadsheet would compute begins with an apostrophe. */
function writeCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = escapeTerminal(FORMULA.test(cell) ? `'${cell}` : cell);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
