import { factorDocuments, type Factored } from '../../src/factor/factor.js';
import { writeTemplates } from '../../src/factor/write.js';
import { KIND_DEFINITIONS } from '../../src/kinds/kinds.js';
import { formatAddress, type Kind } from '../../src/model/address.js';
import { asObject, type Json, textAt } from '../../src/model/json.js';
import { expandDocuments } from '../../src/source/expand.js';
import { parseDocuments } from '../../src/source/parse.js';
import { formatTable } from '../../src/source/tables/csv.js';
import { checkTables, listTables } from '../../src/source/tables/tables.js';
import { interpolateVariables } from '../../src/source/variables.js';

export interface FactoredTexts extends Factored {
  texts: string[];
  /** The columns, and the cells of each row, joined by bars. */
  lines: string[];
}

/** Factors documents of one kind, each in a file of its own. */
export function factor(kind: Kind, documents: readonly string[], split?: string): FactoredTexts {
  const candidates = documents.map((text, i) => {
    const [document] = parseDocuments(`catalog/offers/${i}.yaml`, text).documents;
    if (!document) throw new Error(`No document in ${text}`);
    const name = textAt(asObject(document.value), KIND_DEFINITIONS[kind].identityKey) ?? '';
    return { address: formatAddress(kind, name), kind, document };
  });
  const factored = factorDocuments(candidates, 'prices.csv', split);
  const { templates } = factored;
  const texts = templates.length === 0 ? [] : writeTemplates(templates, 'catalog/digital.yaml').split(/^---\n/m);
  const { columns, rows } = factored.table;
  return { ...factored, texts, lines: [columns, ...rows].map((cells) => cells.join('|')) };
}

/** The documents that templates and table declare, with the values of variables. */
export function expand({ texts, table }: FactoredTexts): Json[] {
  if (texts.length === 0) return [];
  const { documents, problems } = parseDocuments('template.yaml', texts.join('---\n'));
  const text = formatTable(table.columns, table.rows);
  const tables = listTables([{ path: 'prices.csv', text, role: 'table' }]);
  const expanded = expandDocuments(documents, { environments: [VARIABLES], names: ['prod'], tables });
  const faults = [
    ...problems,
    ...expanded.problems,
    ...checkTables(tables, expanded.used),
    ...expanded.documents.flatMap(({ derivation }) => (derivation?.by === 'row' ? derivation.findings : [])),
  ];
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return expanded.documents.map(({ value }) => resolve(value));
}

const VARIABLES = {
  environment: 'prod',
  values: new Map([
    ['shop', '<shop>'],
    ['other', '<other>'],
  ]),
};

/** A document as it is sent. */
export function resolve(value: Json): Json {
  const read = interpolateVariables(value, VARIABLES);
  if (read.findings.length > 0) throw new Error(JSON.stringify(read.findings));
  return read.value;
}
