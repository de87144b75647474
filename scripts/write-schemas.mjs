// Writes schema/*.json: `npm run schema`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { importSource } from './ensure-built.mjs';

const [{ buildJsonSchemas }] = await importSource('src/cli/build-json-schemas.ts');
const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(buildJsonSchemas())) {
  writeFileSync(new URL(name, folder), text);
  console.log(`schema/${name}`);
}
