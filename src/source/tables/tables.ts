import { getOwn, isJsonObject, type Json } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import type { Finding, ParsedDocument, PathPart, SourceText } from '../documents.js';
import { parseTable, type Table } from './csv.js';
import { resolveTextPath } from '../text-files.js';
import { makeProblem } from '../problems.js';

/** The CSV files that templates name. Each is parsed when the first template asks for it. */
export type Tables = ReadonlyMap<string, SourceText>;

export function listTables(sources: readonly SourceText[]): Tables {
  return new Map(sources.filter(({ role }) => role === 'table').map((source) => [source.path, source]));
}

const parsed = new WeakMap<SourceText, Table>();

function parseOnce(source: SourceText): Table {
  const known = parsed.get(source) ?? parseTable(source.path, source.text);
  parsed.set(source, known);
  return known;
}

/** A table without errors. One that cannot be used is reported where it is named, or in the table itself. */
export function findTable(
  reference: string,
  { file }: ParsedDocument,
  path: PathPart[],
  tables: Tables,
  report: (finding: Finding) => void,
): Table | undefined {
  const name = resolveTextPath(file.path, reference);
  const source = tables.get(name);
  const fault = source ? source.fault : { message: `There is no file ${name}.` };
  if (!source || fault) {
    report({
      code: 'TABLE_FILE',
      path,
      hint: 'The path is relative to the folder of this file.',
      ...fault,
      message: fault?.message ?? '',
    });
    return undefined;
  }
  const table = parseOnce(source);
  return table.problems.some(({ severity }) => severity === 'error') ? undefined : table;
}

/** The problems of the tables themselves, and their rows that no template uses. */
export function checkTables(tables: Tables, used: ReadonlyMap<string, ReadonlySet<number> | undefined>): Problem[] {
  return [...tables.values()].flatMap((source) => {
    if (source.fault) return [];
    const { rows, problems, path } = parseOnce(source);
    const taken = used.get(path);
    const idle = taken ? rows.filter((_, i) => !taken.has(i)) : [];
    return [
      ...problems,
      ...idle.map(({ line, col, length }) =>
        makeProblem('TABLE_ROW_UNUSED', { file: path, line, col, length }, 'No template uses this row.', {
          hint: 'Check "where" of the templates that name this table, or remove the row.',
        }),
      ),
    ];
  });
}

/** The paths of the tables that a document names in `for_each`, as written. */
export function listTableReferences(value: Json): string[] {
  const options = isJsonObject(value) ? getOwn(value, 'for_each') : undefined;
  if (!isJsonObject(options)) return [];
  const join = getOwn(options, 'join');
  return [options, ...(Array.isArray(join) ? join : [join])].flatMap((one) => {
    const table = isJsonObject(one) ? getOwn(one, 'table') : undefined;
    return typeof table === 'string' ? [table] : [];
  });
}
