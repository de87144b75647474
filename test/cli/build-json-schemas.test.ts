import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildJsonSchemas } from '../../src/cli/build-json-schemas.js';

const FOLDER = join(import.meta.dirname, '../../schema');
const built = buildJsonSchemas();

test('schema/ contains exactly the schemas that the program builds', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(built).sort());
});

test.each(Object.entries(built))('schema/%s is up to date; if this fails: npm run schema', (name, text) => {
  expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(text);
});
