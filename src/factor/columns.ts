import { escapeVariables } from '../source/variables.js';
import type { PathPart } from '../source/documents.js';
import { findCountryFault } from '../source/rules/conditions.js';
import { checkCurrency } from '../source/rules/prices.js';
import {
  contains,
  countRests,
  areSigns,
  PLAIN_AMOUNT,
  splitReferences,
  splitTexts,
  type TextPart,
  type Texts,
} from './texts.js';

/** A column as it is found; it is named later. */
export interface Column {
  type: 'text' | 'number' | 'boolean';
  /** By row; empty where the document lacks the value. */
  values: Texts;
  uses: Use[];
}

/** A value that uses a column. */
interface Use {
  path: readonly PathPart[];
  /** It is the whole value. */
  isWhole: boolean;
}

/** A text of the template: data, a reference to a variable as written, or a column. */
export type Part = { text: string } | { reference: string } | { column: Column };

/** What a template has in place of a value. `optional`: a row with an empty cell does not have the value. */
export interface Filling {
  parts: Part[];
  optional?: boolean;
}

/** The values of one field by row; undefined where the document lacks it. */
export interface Field {
  path: readonly PathPart[];
  values: readonly (string | number | boolean | undefined)[];
  /** The text that names the resource: what differs in it becomes columns in any case. */
  isIdentity: boolean;
}

/** The part of a text that differs. */
interface Atom {
  field: Field;
  texts: Texts;
  parts: TextPart<Column>[];
}

/** At least this share of a text must be known for what is left to become a column of its own. */
const LEAST_KNOWN = 0.4;

/**
 * Chooses the columns for fields that differ, so that few are needed: equal fields share one, and texts are composed
 * of others. Shorter texts come first, because longer ones contain them.
 */
export function chooseColumns(fields: readonly Field[]): Filling[] {
  const columns: Column[] = [];
  const add = (type: Column['type'], values: Texts): Column => {
    const known = columns.find((one) => one.type === type && one.values.every((value, i) => value === values[i]));
    const column = known ?? { type, values, uses: [] };
    if (!known) columns.push(column);
    return column;
  };
  const texts = new Map<Field, (Part | Atom)[]>();
  const fillings = new Map<Field, Filling>();
  for (const field of fields) {
    const split = splitField(field);
    if (split) texts.set(field, split);
    else fillings.set(field, fillWhole(field, add));
  }
  const atoms = [...texts.values()]
    .flat()
    .filter((part) => 'texts' in part)
    .toSorted((a, b) => measure(a.texts) - measure(b.texts));
  const numbers = columns.filter(({ type, values }) => type === 'number' && !values.includes(''));
  const known = [...numbers];
  atoms.forEach((atom, i) => {
    const split = splitTexts(atom.texts, longestFirst(known));
    const others = atoms.slice(i + 1).map((other) => other.texts);
    const isWorth = split !== undefined && isUseful(atom, split, others);
    atom.parts = (isWorth ? split : [{ rest: atom.texts }]).map((part) => {
      if (!('rest' in part)) return part;
      const column = add('text', part.rest);
      if (!known.includes(column)) known.push(column);
      return { column };
    });
  });
  composeLater(atoms);
  for (const [field, parts] of texts) fillings.set(field, joinText(field, parts, add));
  return fields.map((field) => {
    const filling = fillings.get(field) ?? { parts: [] };
    for (const column of listUsed(filling)) {
      column.uses.push({ path: field.path, isWhole: filling.parts.length === 1 });
    }
    return filling;
  });
}

/** Undefined for what is not a text in every row. */
function splitField(field: Field): (Part | Atom)[] | undefined {
  const rows = field.values.map((value) => (typeof value === 'string' ? splitReferences(value) : undefined));
  const [first] = rows;
  if (!first || rows.includes(undefined)) return undefined;
  return first.map((piece, i) => {
    if ('reference' in piece) return piece;
    const texts = rows.map((row) => {
      const own = row?.[i];
      return own && 'text' in own ? own.text : '';
    });
    return texts.every((text) => text === piece.text) ? piece : { field, texts, parts: [] };
  });
}

function fillWhole({ values }: Field, add: (type: Column['type'], values: Texts) => Column): Filling {
  const given = values.find((value) => value !== undefined);
  const type = typeof given === 'number' ? 'number' : typeof given === 'boolean' ? 'boolean' : 'text';
  const column = add(
    type,
    values.map((value) =>
      value === undefined ? '' : typeof value === 'string' ? readText(value) : JSON.stringify(value),
    ),
  );
  return { parts: [{ column }], optional: values.includes(undefined) };
}

/** The data of a text without references. */
function readText(raw: string): string {
  return splitReferences(raw)
    .map((piece) => ('text' in piece ? piece.text : piece.reference))
    .join('');
}

function longestFirst(columns: readonly Column[]): Column[] {
  return columns.toSorted((a, b) => measure(b.values) - measure(a.values));
}

function measure(texts: Texts): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** Whether a text may bring in columns for what is left of it. */
function isUseful({ field, texts }: Atom, parts: readonly TextPart<Column>[], others: readonly Texts[]): boolean {
  const all = parts.flatMap((part) => ('rest' in part ? [part.rest] : []));
  const isPrice = (rest: Texts): boolean => all.some(areSigns) && rest.every((one) => PLAIN_AMOUNT.test(one));
  const rests = all.filter((rest) => !areSigns(rest) && !isPrice(rest));
  const isCut = parts.some((part, i) => {
    const next = parts[i + 1];
    const pair = next ? [part, next] : [];
    return pair.every((one) => !('text' in one)) && pair.some((one) => 'rest' in one && rests.includes(one.rest));
  });
  // A rest right beside a column may be half a word: `A10` beside 10.
  if (isCut) return false;
  if (rests.length === 0 || field.isIdentity) return true;
  if (rests.every((rest) => others.some((other) => contains(other, rest)))) return true;
  const unknown = measure(rests.flat());
  return rests.length === 1 && unknown <= measure(texts) * (1 - LEAST_KNOWN);
}

/** A text that got a column of its own may consist of columns that were found after it. */
function composeLater(atoms: readonly Atom[]): void {
  const count = (column: Column): number =>
    atoms.filter(({ parts }) => parts.some((part) => 'column' in part && part.column === column)).length;
  for (const atom of atoms) {
    const [part] = atom.parts;
    if (atom.parts.length !== 1 || !part || !('column' in part) || count(part.column) > 1) continue;
    const known = new Set(atoms.flatMap(({ parts }) => parts.flatMap((one) => ('column' in one ? [one.column] : []))));
    known.delete(part.column);
    const split = splitTexts(atom.texts, longestFirst([...known]));
    if (split && countRests(split) === 0) atom.parts = split;
  }
}

function joinText(
  { values }: Field,
  pieces: readonly (Part | Atom)[],
  add: (type: 'text', values: Texts) => Column,
): Filling {
  const composed = pieces.flatMap((piece): Part[] =>
    'texts' in piece ? piece.parts.flatMap((part) => ('rest' in part ? [] : [part])) : [piece],
  );
  const parts = dropEmpty(protectDollars(composed, values.length, add));
  const [only] = parts;
  // A text that is only a column takes the type of the column.
  const isTyped = parts.length === 1 && only && 'column' in only && only.column.type !== 'text';
  const isExact = !isTyped && values.every((value, i) => rebuild(parts, i) === value);
  return {
    parts: isExact
      ? parts
      : dropEmpty(pieces.map((piece) => ('texts' in piece ? { column: add('text', piece.texts) } : piece))),
  };
}

function dropEmpty(parts: readonly Part[]): Part[] {
  return parts.filter((part) => !('text' in part) || part.text !== '');
}

/** `$${each.x}` would be an escape, so a dollar sign before a column becomes a column. */
function protectDollars(parts: readonly Part[], rows: number, add: (type: 'text', values: Texts) => Column): Part[] {
  return parts.flatMap((part, i): Part[] => {
    const next = parts[i + 1];
    if (!('text' in part) || !next || !('column' in next) || !part.text.endsWith('$')) return [part];
    const text = part.text.replace(/\$+$/, '');
    const column = add(
      'text',
      Array.from({ length: rows }, () => part.text.slice(text.length)),
    );
    return [{ text }, { column }];
  });
}

/** The text of a row as files hold it, `$${` included. */
function rebuild(parts: readonly Part[], row: number): string {
  return parts
    .map((part) =>
      'reference' in part
        ? part.reference
        : escapeVariables('text' in part ? part.text : (part.column.values[row] ?? '')),
    )
    .join('');
}

export function listUsed({ parts }: Filling): Column[] {
  return [...new Set(parts.flatMap((part) => ('column' in part ? [part.column] : [])))];
}

/** Keys that say too little alone. */
const GENERAL = new Set(['value', 'name', 'path', 'id', 'type', 'key', 'label', 'url']);

const AMOUNT_KEYS = /^(?:price|amount)|^value$/;

/** What follows a price in a text: `month`, `3 months`. */
const PERIOD = /^(?:\d+ )?(?:day|week|month|quarter|year)s?$/i;

/** A column of this name would limit the rows to environments. */
const RESERVED = ['only', 'except'];

/** A name for each column that says what it holds, each once: `country`, `price`, `price2`. */
export function nameColumns(
  columns: readonly Pick<Column, 'type' | 'values' | 'uses'>[],
  identityKey: string,
  taken: readonly string[] = [],
): string[] {
  const names = new Set([...RESERVED, ...taken]);
  return columns.map((column) => {
    const name = chooseName(column, identityKey);
    let unique = name;
    for (let number = 2; names.has(unique); number++) unique = `${name}${number}`;
    names.add(unique);
    return unique;
  });
}

function chooseName({ type, values, uses }: Parameters<typeof nameColumns>[0][number], identityKey: string): string {
  const given = values.filter((value) => value !== '');
  if (given.every((value) => findCountryFault(value) === undefined)) return 'country';
  if (given.every((value) => checkCurrency(value, []).length === 0)) return 'currency';
  if (areSigns(given)) return 'symbol';
  if (given.every((value) => PLAIN_AMOUNT.test(value)) && isAmount(given, uses)) return 'price';
  if (type === 'text' && uses.some(({ path }) => path.length === 1 && path[0] === identityKey)) return 'name';
  const whole = uses.find(({ isWhole }) => isWhole);
  if (!whole && given.every((value) => PERIOD.test(value))) return 'period';
  return nameAfterKey((whole ?? uses[0])?.path ?? []);
}

function isAmount(values: readonly string[], uses: readonly Use[]): boolean {
  return values.every((value) => /[.,]/.test(value)) || uses.some(({ path }) => AMOUNT_KEYS.test(String(path.at(-1))));
}

function nameAfterKey(path: readonly PathPart[]): string {
  const keys = path.filter((part) => typeof part === 'string').map(tidy);
  const [parent, key] = [keys.at(-2), keys.at(-1) ?? ''];
  const name = GENERAL.has(key) && parent !== undefined && parent !== 'attributes' ? `${parent}_${key}` : key;
  return name === '' ? 'value' : name;
}

function tidy(key: string): string {
  return key
    .replace(/__limio$/, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}
