import { expect, test } from 'vitest';
import type { Json } from '../../src/model/json.js';
import { formatField } from '../../src/render/field.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';

const show = (before: Json, after: Json): string =>
  formatField({ path: '/attributes/own', before, after, show: 'value' }, PLAIN_STYLE);

test('a change of type alone is named, since the two values look alike', () => {
  expect(show(499, '499')).toBe('own (number -> text): 499 -> "499"');
  expect(show('12.50', 12.5)).toBe('own (text -> number): "12.50" -> 12.5');
  expect(show('12.00', 12)).toBe('own (text -> number): "12.00" -> 12');
  expect(show(true, 'true')).toBe('own (boolean -> text): true -> "true"');
  expect(show([{ price: 499, name: 'a' }], [{ price: '499', name: 'a' }])).toMatch(/^own \(number -> text\): /);
});

test('a change of the value is not called a change of type', () => {
  expect(show(499, '599')).toBe('own: 499 -> "599"');
  expect(show([1, '2'], ['1', '3'])).toMatch(/^own: /);
  expect(show({ a: 1 }, { b: '1' })).toMatch(/^own: /);
  expect(show([1], ['1', '1'])).toMatch(/^own: /);
});
