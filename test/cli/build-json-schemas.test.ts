import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildJsonSchemas } from '../../src/cli/build-json-schemas.js';

const FOLDER = join(import.meta.dirname, '../../schema');
const built = buildJsonSchemas();

test('the folder of schemas holds those that the program makes, and no other', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(built).sort());
});

test.each(Object.entries(built))(
  'schema/%s is what the program makes; run `npm run schema` when this fails',
  (name, text) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(text);
  },
);
