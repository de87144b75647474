import { z } from 'zod';
import { planSchema } from './plan-schema.js';

/** The JSON Schema of a saved plan, draft 2020-12, for whoever reads `plan --format json`. */
export function buildPlanJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'limio-sync plan', ...schema };
}
