// Writes schema/*.json from the built library; `npm run schema` builds it first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildJsonSchemas } from '../dist/cli/build-json-schemas.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(buildJsonSchemas())) {
  writeFileSync(new URL(name, folder), text);
  console.log(`schema/${name}`);
}
