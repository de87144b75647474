import { getAt, getOwn, isJsonObject, type Json, type JsonObject, listTexts } from '../model/json.js';
import { hintNearest } from '../model/spelling.js';
import { SECRET_OPENING } from '../model/text.js';
import type { Finding, ParsedDocument, PathPart, Row } from './documents.js';
import { locatePath } from './locate.js';
import { readTableRows } from './tables/table-rows.js';
import type { Tables } from './tables/tables.js';
import { interpolateVariables, type Variables } from './variables.js';

/*
 * The rows of a template: what `for_each` says.
 *
 *   for_each: { table: prices.csv, where: { plan: monthly } }   table-rows.ts
 *   for_each: { rows: [{ country: GB, price: "9.99" }] }        or the list itself
 *   for_each: { GB: "9.99", IE: "10.99" }                       each.key and each.value
 *   for_each: ${vars.plans}                                     a list of limio.config
 */

export interface ListedRows {
  rows: Row[];
  findings: Finding[];
  /** Paths of tables with the rows that are used, in any environment; undefined where that depends on variables. */
  used: Map<string, Set<number> | undefined>;
  /** The rows are the same in every environment. */
  isFixed: boolean;
}

const OPTIONS = ['table', 'rows', 'where', 'columns', 'join'] as const;

/** What `for_each` may say beside a table. */
export interface TableOptions {
  table: string;
  where: readonly [column: string, values: readonly string[]][];
  columns: ReadonlyMap<string, 'text' | 'number' | 'boolean'>;
  joins: readonly { table: string; on: string; path: PathPart[] }[];
}

/** The rows of a template in one environment. */
export function listRows(document: ParsedDocument, variables: Variables, tables: Tables): ListedRows {
  const written = (isJsonObject(document.value) ? getOwn(document.value, 'for_each') : undefined) ?? null;
  const { value, findings } = interpolateVariables(written, variables);
  const result: ListedRows = {
    rows: [],
    findings: findings.map((finding) => ({ ...finding, path: ['for_each', ...finding.path] })),
    used: new Map(),
    isFixed: value === written && findings.length === 0,
  };
  const report: Report = (path, message, hint, on = 'value') =>
    result.findings.push({ code: 'FOR_EACH', path: ['for_each', ...path], on, message, hint });
  if (result.findings.length > 0) return result;
  const named = listTexts(value).find((text) => text.endsWith('.csv'));
  if (JSON.stringify(value).includes(SECRET_OPENING)) {
    report([], 'A row cannot hold a secret.', 'Use a variable that is not a secret, or ${vars.NAME} in the template.');
  } else if (Array.isArray(value)) {
    result.rows = toRows(
      value.map((row, i) => [i, row]),
      [],
      document,
      report,
    );
  } else if (!isJsonObject(value)) {
    report([], '"for_each" is neither a table nor a list of rows.', HOW);
  } else if (OPTIONS.some((option) => Object.hasOwn(value, option))) {
    readOptions(value, document, tables, result, report);
  } else if (named !== undefined) {
    report([], '"for_each" names no table.', `Write for_each: { table: ${named} }`);
  } else {
    result.rows = toRows(Object.entries(value), [], document, report);
  }
  // A list of one environment may be empty on purpose.
  if (result.rows.length === 0 && result.findings.length === 0 && result.isFixed) {
    const message = 'The template has no row, so it declares nothing.';
    const hint = 'Add a row, or remove the template.';
    result.findings.push({ code: 'ROWS_EMPTY', path: ['for_each'], message, hint });
  }
  return result;
}

type Report = (path: PathPart[], message: string, hint?: string, on?: 'key' | 'value') => void;

const HOW = 'Write for_each: { table: prices.csv }, or for_each: { rows: [{ country: GB, price: "9.99" }] }';

function readOptions(value: JsonObject, document: ParsedDocument, tables: Tables, result: ListedRows, report: Report) {
  for (const key of Object.keys(value).filter((one) => !OPTIONS.some((option) => option === one))) {
    report(
      [key],
      `"for_each" has no option "${key}".`,
      hintNearest(key, OPTIONS, `The options are ${OPTIONS.join(', ')}.`),
      'key',
    );
  }
  const [table, rows] = [getOwn(value, 'table'), getOwn(value, 'rows')];
  if (table !== undefined && rows !== undefined) {
    report([], '"for_each" takes its rows from a table or from a list, and not from both.', 'Keep "table" or "rows".');
  } else if (rows !== undefined) {
    for (const option of ['columns', 'join'].filter((one) => Object.hasOwn(value, one)))
      report([option], `"${option}" needs a table.`, 'In YAML, write the values of rows with their types.');
    const entries = Array.isArray(rows) ? [...rows.entries()] : isJsonObject(rows) ? Object.entries(rows) : undefined;
    if (!entries) report(['rows'], '"rows" is not a list.', HOW);
    const where = readWhere(value, report);
    result.rows = toRows(entries ?? [], ['rows'], document, report).filter(({ values }) =>
      where.every(([column, wanted]) => wanted.includes(formatCell(getOwn(values, column)))),
    );
  } else if (typeof table === 'string' && table !== '') {
    const columns = readColumns(value, report);
    const options = { table, where: readWhere(value, report), columns, joins: readJoins(value, report) };
    if (result.findings.length === 0) readTableRows(options, document, tables, result);
  } else {
    report(table === undefined ? [] : ['table'], '"for_each" names no table and no rows.', HOW);
  }
}

function formatCell(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Columns with the texts of which a row must have one. */
function readWhere(options: JsonObject, report: Report): [string, string[]][] {
  const where = getOwn(options, 'where') ?? {};
  if (!isJsonObject(where)) {
    report(['where'], '"where" is not a mapping of columns and values.', 'Write where: { plan: monthly }');
    return [];
  }
  return Object.entries(where).map(([column, wanted]) => {
    const list = Array.isArray(wanted) ? wanted : [wanted];
    if (list.some((one) => typeof one === 'object'))
      report(['where', column], `"${column}" can be compared with texts only.`, 'Write a text, or a list of texts.');
    return [column, list.map(formatCell)];
  });
}

const TYPES = ['text', 'number', 'boolean'] as const;

function readColumns(options: JsonObject, report: Report): TableOptions['columns'] {
  const columns = getOwn(options, 'columns') ?? {};
  if (!isJsonObject(columns)) {
    report(['columns'], '"columns" is not a mapping of columns and types.', 'Write columns: { quantity: number }');
    return new Map();
  }
  return new Map(
    Object.entries(columns).flatMap(([column, wanted]) => {
      const type = TYPES.find((one) => one === wanted);
      if (!type)
        report(['columns', column], 'A column is text, number or boolean.', 'Columns without a type are text.');
      return type ? [[column, type] as const] : [];
    }),
  );
}

function readJoins(options: JsonObject, report: Report): TableOptions['joins'] {
  const join = getOwn(options, 'join') ?? [];
  return (Array.isArray(join) ? join : [join]).flatMap((one, i) => {
    const path = Array.isArray(join) ? ['join', i] : ['join'];
    const [table, on] = isJsonObject(one) ? [getOwn(one, 'table'), getOwn(one, 'on')] : [];
    if (typeof table === 'string' && typeof on === 'string') return [{ table, on, path: ['for_each', ...path] }];
    report(
      path,
      '"join" needs the path of a table, and a column.',
      'Write join: { table: currencies.csv, on: currency }',
    );
    return [];
  });
}

/** Rows in YAML: objects, or single values that are `each.value`. `each.key` is the key of a mapping. */
function toRows(
  entries: Iterable<[PathPart, Json]>,
  above: PathPart[],
  document: ParsedDocument,
  report: Report,
): Row[] {
  return [...entries].flatMap(([part, value]): Row[] => {
    const path = [...above, part];
    const at = (inside: PathPart[]): PathPart[] => ['for_each', ...path, ...inside];
    if (Array.isArray(value) || value === null) {
      report(path, 'A row is a mapping of columns and values, or one value.', HOW);
      return [];
    }
    const fields = isJsonObject(value) ? value : { key: value, value };
    const values = typeof part === 'string' ? { ...fields, key: part, value } : fields;
    return [
      {
        values,
        locate: (column) => {
          const inside = column !== undefined && isJsonObject(value) && Object.hasOwn(value, column) ? [column] : [];
          const { file, line, col, length } = locatePath(document, at(inside));
          return { file, line, col, length };
        },
        findCell: () => undefined,
        findPath: (column) => {
          const inside = Object.hasOwn(fields, column) ? [column] : column.split('.');
          if (isJsonObject(value)) return getAt(value, inside) === undefined ? undefined : at(inside);
          return column === 'value' || typeof part === 'number' ? at([]) : undefined;
        },
      },
    ];
  });
}
