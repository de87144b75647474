import { z } from 'zod';
import { learnedDialectSchema } from './learned-dialect.js';

/** The JSON Schema of dialects/<environment>.json, draft 2020-12. */
export function buildLearnedJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(learnedDialectSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'dialects/<environment>.json', ...schema };
}
