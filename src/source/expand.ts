import { getOwn, isJsonObject, type Json, type JsonObject, asObject, omitKeys } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import { suggestNearest } from '../model/spelling.js';
import type { Finding, ParsedDocument, Row } from './documents.js';
import { fillRow, listColumns } from './each.js';
import { describeUnknownEnvironment, RESTRICTION_KEYS } from './overlays.js';
import { reportFindings } from './problems.js';
import { type ListedRows, listRows } from './rows.js';
import type { Tables } from './tables/tables.js';
import type { Variables } from './variables.js';

/** The documents of all environments: one for each row of a template, and every other document as it is. */
export interface Expanded {
  documents: ParsedDocument[];
  problems: Problem[];
  /** By the path of a table: its rows that some template uses; undefined where that depends on the environment. */
  used: Map<string, Set<number> | undefined>;
}

export interface ExpandContext {
  environments: readonly Variables[];
  /** Every environment that files may name. */
  names: readonly string[];
  tables: Tables;
}

/** Replaces each template by the documents of its rows. Environments with the same row share its document. */
export function expandDocuments(documents: readonly ParsedDocument[], context: ExpandContext): Expanded {
  const found: { document: ParsedDocument; finding: Finding }[] = [];
  const used: Expanded['used'] = new Map();
  const expanded = documents.flatMap((document) => {
    if (!isTemplate(document)) return [document];
    const { rows, lists } = collectRows(document, context);
    for (const list of lists) {
      found.push(...list.findings.map((finding) => ({ document, finding })));
      for (const [table, own] of list.used) markUsed(used, table, own);
    }
    const body = omitKeys(asObject(document.value), ['for_each']);
    found.push(...findMisspelt(rows[0], body).map((finding) => ({ document, finding })));
    return rows.map((row) => {
      const limited = limitRow(row, context.names);
      found.push(...limited.findings.map((finding) => ({ document, finding })));
      return fillTemplate(document, body, limited.row);
    });
  });
  return { documents: expanded, problems: reportFindings(found), used };
}

export function isTemplate({ value }: ParsedDocument): boolean {
  return isJsonObject(value) && Object.hasOwn(value, 'for_each');
}

/** The rows of tables that documents or overlays use. */
export function mergeUsed(parts: readonly (Expanded | undefined)[]): Expanded['used'] {
  const all: Expanded['used'] = new Map();
  for (const [table, rows] of parts.flatMap((part) => [...(part?.used ?? [])])) markUsed(all, table, rows);
  return all;
}

function markUsed(used: Expanded['used'], table: string, rows: ReadonlySet<number> | undefined): void {
  const before = used.get(table);
  const unknown = rows === undefined || (used.has(table) && before === undefined);
  used.set(table, unknown ? undefined : new Set([...(before ?? []), ...rows]));
}

/** The rows of all environments. What depends on variables is listed for each, and equal rows are one. */
function collectRows(
  document: ParsedDocument,
  { environments, tables }: ExpandContext,
): { rows: Row[]; lists: ListedRows[] } {
  const [first, ...others] = environments;
  const fixed = first && listRows(document, first, tables);
  if (!fixed) return { rows: [], lists: [] };
  if (fixed.isFixed || others.length === 0) return { rows: fixed.rows, lists: [fixed] };
  const lists = environments.map((variables) => listRows(document, variables, tables));
  const merged = new Map<string, Row & { environments: Set<string> }>();
  lists.forEach(({ rows }, i) => {
    const { environment = '' } = environments[i] ?? {};
    const seen = new Map<string, number>();
    for (const row of rows) {
      const text = JSON.stringify(row.values);
      // The same row twice in one environment stays two rows, so that it is reported.
      const repeats = seen.get(text) ?? 0;
      seen.set(text, repeats + 1);
      const key = `${repeats} ${text}`;
      const known = merged.get(key) ?? { ...row, environments: new Set<string>() };
      known.environments.add(environment);
      merged.set(key, known);
    }
  });
  return { rows: [...merged.values()], lists };
}

/** A misspelt `only` or `except` limits nothing. */
function findMisspelt(row: Row | undefined, body: JsonObject): Finding[] {
  const used = new Set(listColumns(body));
  const columns = Object.keys(row?.values ?? {}).filter((column) => !used.has(column));
  return columns.flatMap((column): Finding[] => {
    const folded = column.trim().toLowerCase();
    const meant = RESTRICTION_KEYS.find(
      (key) => column !== key && (folded === key || suggestNearest(folded, [key], 1) === key),
    );
    if (!row || meant === undefined) return [];
    const message = `The column "${column}" limits no row to an environment.`;
    return [
      { code: 'FOR_EACH', path: ['for_each'], cell: row.locate(column), message, hint: `Did you mean "${meant}"?` },
    ];
  });
}

/** The columns `only` and `except` name the environments of a row, in one text or as a list. */
function limitRow(row: Row, names: readonly string[]): { row: Row; findings: Finding[] } {
  const [only, except] = RESTRICTION_KEYS.map((key) => splitNames(getOwn(row.values, key)));
  if (!only?.length && !except?.length) return { row, findings: [] };
  const findings = RESTRICTION_KEYS.flatMap((key, i): Finding[] => {
    const unknown = [only, except][i]?.filter((name) => !names.includes(name)) ?? [];
    return unknown.map((name) => ({
      code: 'ENVIRONMENT_NAME',
      path: ['for_each'],
      cell: row.locate(key),
      ...describeUnknownEnvironment(name, names),
    }));
  });
  if (only?.length && except?.length) {
    findings.push({
      code: 'ENVIRONMENT_CHOICE',
      path: ['for_each'],
      cell: row.locate('except'),
      message: 'A row cannot have both "only" and "except".',
      hint: 'Keep one of them.',
    });
  }
  const here = names.filter((name) => (!only?.length || only.includes(name)) && !except?.includes(name));
  const environments = new Set(here.filter((name) => row.environments?.has(name) ?? true));
  // A wrong name restricts nothing, so that every mistake is found.
  return { row: findings.length > 0 ? row : { ...row, environments }, findings };
}

function splitNames(value: Json | undefined): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((one) => (typeof one === 'string' ? one.split(/[\s,;|]+/).filter((name) => name !== '') : []));
}

function fillTemplate(template: ParsedDocument, body: JsonObject, row: Row): ParsedDocument {
  const { value, parts, findings } = fillRow(body, row);
  return { ...template, value, derivation: { by: 'row', template, row, parts, findings } };
}
