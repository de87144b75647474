import { z } from 'zod';
import { configSchema } from './config-schema.js';

/** The JSON Schema of limio.config.json, draft 2020-12, for editors. */
export function buildConfigJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => dropFunctions(jsonSchema),
  });
  return { $schema, title: 'limio.config', ...schema };
}

/** Keys whose values can only stand in code: a JSON file that has one is wrong. */
function dropFunctions({ properties = {} }: z.core.JSONSchema.BaseSchema): void {
  for (const [key, property] of Object.entries(properties)) {
    if (typeof property === 'object' && Object.hasOwn(property, 'inCodeOnly')) Reflect.deleteProperty(properties, key);
  }
}
