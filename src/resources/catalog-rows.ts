import type { FieldRule, ListRule } from './field-rule.js';
import { KNOWN_ATTRIBUTES, type KnownAttribute } from './file-schema/known-attributes.js';

/** The table of the catalog kinds: Limio's own attributes. Any other key is legal and compares as ordered. */
export const ATTRIBUTE_ROWS: readonly FieldRule[] = KNOWN_ATTRIBUTES.flatMap(toRows);

function toRows({ key, type, list, listAt, marker, description }: KnownAttribute): FieldRule[] {
  const path = ['attributes', key];
  const rule: Pick<FieldRule, 'list'> = list === undefined ? {} : { list: toListRule(list) };
  const base: FieldRule = {
    path,
    type,
    owner: 'git',
    note: description,
    ...(marker === 'html' ? { show: 'html' } : {}),
  };
  if (listAt === undefined) return [{ ...base, ...rule }];
  return [base, { path: [...path, listAt], type: 'list', owner: 'git', note: 'In the order of display.', ...rule }];
}

function toListRule(list: NonNullable<KnownAttribute['list']>): ListRule {
  if (list === 'keyed by name') return { key: 'name' };
  return list === 'keyed by path' ? { key: 'path' } : list;
}
