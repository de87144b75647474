import { z } from 'zod';
import { journeyTestDocument } from './journey-test-document.js';
import { VARIABLE_DEFINITION, allowVariable } from './json-schema.js';

/** The JSON Schema of one document of a `*.test.yaml` beside the journeys, draft 2020-12, for editors. */
export function buildJourneyTestJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, $defs, ...schema } = z.toJSONSchema(journeyTestDocument, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => allowVariable(jsonSchema),
  });
  return { $schema, title: 'limio-sync journey test', ...schema, $defs: { ...$defs, variable: VARIABLE_DEFINITION } };
}
