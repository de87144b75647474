import { type NewKind, STARTING_DOCUMENTS, type StartingRow } from '../../kinds/starting-documents.js';
import { nameKind } from '../../model/address.js';
import { isJsonObject, type Json, type JsonObject, mergePatch, numberAt, objectAt, textAt } from '../../model/json.js';
import { formatCommand } from '../../model/text.js';
import { orderKeys } from '../../pull/describe-live.js';
import { formatPair } from '../../source/edit/format.js';
import { escapeVariables } from '../../source/variables.js';
import { listCharges } from './questions.js';

/** The text of a new document, with comments, and with examples of the usual fields that it lacks. */
export function writeStartingDocument(kind: NewKind, document: JsonObject): string {
  const rows = [{ key: 'kind' }, ...STARTING_DOCUMENTS[kind].rows];
  const noun = nameKind(kind, 1);
  return [
    '# limio-sync manages only the fields in this file. Those behind # are examples.',
    `# To list all fields of ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}: ${formatCommand('explain', kind)}`,
    ...writeRows(rows, asOrdered(kind, document), 0),
    '',
  ].join('\n');
}

function writeRows(rows: readonly StartingRow[], document: JsonObject, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const known = rows.flatMap(({ key, comment, example, rows: inner }): string[] => {
    const value = document[key];
    const isThere = Object.hasOwn(document, key) && value !== undefined;
    const about = comment === undefined || (!isThere && example === undefined) ? [] : [`${margin}# ${comment}`];
    if (!isThere) return example === undefined ? [] : [...about, ...commentOut(key, example, margin)];
    if (!inner || !isJsonObject(value)) return [...about, `${margin}${formatPair(key, value, indent, LAYOUT)}`];
    const below = writeRows(inner, value, indent + 2);
    if (Object.keys(value).length > 0) return [...about, `${margin}${key}:`, ...below];
    return [...about, `${margin}${key}: {}`, `${margin}  # Instead of {}, for example:`, ...below];
  });
  const keys = new Set(rows.map(({ key }) => key));
  const others = Object.entries(document).filter(([key]) => !keys.has(key));
  return [...known, ...others.map(([key, value]) => `${margin}${formatPair(key, value, indent, LAYOUT)}`)];
}

const LAYOUT = { eol: '\n' };

function commentOut(key: string, example: Json, margin: string): string[] {
  return formatPair(key, example, 0, LAYOUT)
    .split('\n')
    .map((line) => `${margin}# ${line}`);
}

/** Keys inside values in reading order; answers come in any. */
function asOrdered(kind: NewKind, document: JsonObject): JsonObject {
  const ordered = orderKeys(kind, document, []);
  return isJsonObject(ordered) ? ordered : document;
}

/** What follows from the answers: the label of the charge, and the price as customers read it. */
export function completeDocument(document: JsonObject): JsonObject {
  const [charge] = listCharges(document);
  if (!charge) return document;
  const label = textAt(objectAt(document, 'attributes'), 'display_name__limio');
  const price = describePrice(charge);
  const attributes: JsonObject = {
    price__limio: [{ ...charge, ...(label === undefined ? {} : { label }) }],
    ...(price === undefined ? {} : { display_price__limio: escapeVariables(price) }),
  };
  const completed = mergePatch(document, { attributes });
  return isJsonObject(completed) ? completed : document;
}

/** `£9.99 per month`; undefined for an amount that is not plain. */
function describePrice(charge: JsonObject): string | undefined {
  const value = textAt(charge, 'value') ?? '';
  const currency = textAt(charge, 'currencyCode') ?? '';
  const digits = /^\d{1,12}(?:\.(\d{1,4}))?$/.exec(value)?.[1] ?? '';
  if (!/^\d{1,12}(?:\.\d{1,4})?$/.test(value) || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const money = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    useGrouping: false,
    minimumFractionDigits: digits.length,
    maximumFractionDigits: digits.length,
  }).format(Number(value));
  const unit = textAt(charge, 'repeat_interval_type');
  if (unit === undefined) return money;
  const length = numberAt(charge, 'repeat_interval') ?? 1;
  return length === 1 ? `${money} per ${unit.replace(/s$/, '')}` : `${money} every ${length} ${unit}`;
}
