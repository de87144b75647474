import { z } from 'zod';
import { configSchema } from './config-schema.js';

/** The JSON Schema of limio.config.json, draft 2020-12, for editors. */
export function buildConfigJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'limio.config', ...schema };
}
