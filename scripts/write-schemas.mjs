// Writes schema/*.json from the schemas of the built library. `npm run schema` builds it first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildConfigJsonSchema } from '../dist/config/config-json-schema.js';
import { buildLearnedJsonSchema } from '../dist/config/learned-json-schema.js';
import { buildPlanJsonSchema } from '../dist/plan/plan-json-schema.js';
import { buildResourceJsonSchema } from '../dist/resources/file-schema/json-schema.js';
import { buildOverlayJsonSchema } from '../dist/resources/file-schema/overlay-json-schema.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
const schemas = { 'resource.json': buildResourceJsonSchema(), 'overlay.json': buildOverlayJsonSchema(), 'config.json': buildConfigJsonSchema(), 'plan.json': buildPlanJsonSchema(), 'dialect.json': buildLearnedJsonSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`schema/${name}`);
}
