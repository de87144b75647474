import { z } from 'zod';
import { VARIABLE_DEFINITION, allowVariable } from './json-schema.js';
import { journeyTestDocument } from './journey-test-document.js';
import { priceTestDocument } from './price-test-document.js';

const DOCUMENTS = { journey: journeyTestDocument, price: priceTestDocument };

/** The JSON Schema of one document of a `*.test.yaml`, draft 2020-12, for editors. */
export function buildTestJsonSchema(of: keyof typeof DOCUMENTS): z.core.JSONSchema.BaseSchema {
  const { $schema, $defs, ...schema } = z.toJSONSchema(DOCUMENTS[of], {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => allowVariable(jsonSchema),
  });
  return { $schema, title: `limio-sync ${of} test`, ...schema, $defs: { ...$defs, variable: VARIABLE_DEFINITION } };
}
