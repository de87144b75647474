import type { PathPart } from '../source/documents.js';
import { findCountryFault } from '../source/rules/conditions.js';
import { checkCurrency } from '../source/rules/prices.js';
import type { Column, Use } from './columns.js';
import { areSigns, PLAIN_AMOUNT } from './texts.js';

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
