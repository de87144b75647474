import { buildLearnedJsonSchema } from '../config/learned-dialects.js';
import { buildConfigJsonSchema } from '../config/schema.js';
import {
  buildOverlayJsonSchema,
  buildResourceJsonSchema,
  buildTestJsonSchema,
} from '../kinds/documents/json-schema.js';
import { buildPlanJsonSchema } from '../plan/plan-file.js';

/** What the files of `schema/` hold, by their names. `npm run schema` writes them; a test keeps the folder equal. */
export function buildJsonSchemas(): Record<string, string> {
  const schemas = {
    'resource.json': buildResourceJsonSchema(),
    'overlay.json': buildOverlayJsonSchema(),
    'journey-test.json': buildTestJsonSchema('journey'),
    'price-test.json': buildTestJsonSchema('price'),
    'config.json': buildConfigJsonSchema(),
    'plan.json': buildPlanJsonSchema(),
    'dialect.json': buildLearnedJsonSchema(),
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}
