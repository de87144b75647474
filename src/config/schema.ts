import { z } from 'zod';
import { KINDS } from '../model/address.js';
import type { LintRule } from '../model/lint-rule.js';

const globs = z.union([z.string(), z.array(z.string())]);

const templates = z.strictObject({
  conditions: z.record(z.string(), z.json()).describe('Wire form of each type of condition.'),
  actions: z.record(z.string(), z.json()).describe('Wire form of each type of action.'),
});

/** What is uncertain about a tenant; every setting has a default (API reference, section 11). */
export const dialectSchema = z.strictObject({
  journeyList: z.enum(['auto', 'object', 'array', 'items']).optional().describe('Shape of the list of journeys.'),
  journeyPut: z.enum(['replace', 'merge']).optional().describe('Whether saving a journey replaces it whole.'),
  journeyCodec: z
    .union([z.literal('assumed'), templates])
    .optional()
    .describe('Wire form of conditions and actions. Left out: only what a live journey proves.'),
  bulkUpdate: z
    .strictObject({
      wrapper: z.enum(['bare', 'attributes', 'data.attributes']).optional(),
      merge: z.enum(['shallow', 'deep']).optional(),
      removal: z.enum(['null', 'unsupported']).optional(),
      maxDiffs: z.int().min(1).max(1000).optional(),
    })
    .optional()
    .describe('How the tenant understands bulk-update.'),
  catalogRead: z.enum(['typed', 'catalog_items']).optional().describe('Which calls read the catalog.'),
  pageSize: z.int().min(1).max(1000).optional().describe('Objects in one page of a list.'),
  promo: z
    .strictObject({
      removal: z.enum(['null', 'unsupported']).optional(),
      fixedAmountType: z.string().min(1).optional(),
    })
    .optional(),
  publish: z
    .strictObject({
      attempts: z.int().min(1).max(1000).optional().describe('How often a publish is repeated.'),
      intervalMs: z.int().min(0).max(3_600_000).optional().describe('Milliseconds between two attempts.'),
    })
    .optional(),
});

const scope = z.strictObject({
  journeys: z.array(z.string().min(1)).optional(),
  promo_codes: z.array(z.string().min(1)).optional(),
});

const secret = z
  .strictObject({
    secret: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'It must be the name of a variable of the process, such as ACME_API_KEY'),
  })
  .describe('A secret: the value of this variable of the process.');

const SETTINGS = ['error', 'warning', 'info', 'off'] as const;

const rules = z
  .record(z.string(), z.enum(SETTINGS))
  .optional()
  .describe('Severity of a rule by its id: error, warning, info or off.');

/** JSON cannot hold functions, so `buildConfigJsonSchema` omits `custom`. */
export const lint = z.strictObject({
  rules,
  custom: z
    .array(z.custom<LintRule>(isLintRule, 'It must be a rule: id, severity, title, kinds, and check or checkAll'))
    .optional()
    .meta({ inCodeOnly: true })
    .describe('Rules of your own, made with defineLintRule.'),
});

/** What an environment may say of lint. */
export const environmentLint = z.strictObject({ rules });

const percent = z.number().min(0).max(1_000_000);

const patterns = z.array(z.string().min(1));

/** Of an environment, and of the file for all environments. */
export const ownership = z
  .strictObject({
    app: patterns.optional().describe('Edited in the web app: never compared, never sent.'),
    server: patterns.optional().describe('Decided by the server: never compared, never sent.'),
    git: patterns.optional().describe('Decided by the files, whatever app, server and the table of the kind say.'),
  })
  .optional()
  .describe('Who decides, by patterns of objects or fields as in ignore.');

/** Keys of an environment that say what may change in it, and when (docs/policies.md). */
export const policyShape = {
  policies: z
    .strictObject({
      price: z
        .strictObject({
          maxIncrease: percent
            .optional()
            .describe('Percent by which a charge may rise without consent; 20 when left out.'),
          maxDecrease: percent
            .optional()
            .describe('Percent by which a charge may fall without consent; 20 when left out.'),
        })
        .optional(),
      massChange: z
        .strictObject({
          percent: z
            .number()
            .min(0)
            .max(100)
            .optional()
            .describe('Percent of the managed objects of a kind that may change without consent; 30 when left out.'),
          atLeast: z.int().min(1).optional().describe('Fewer objects than this need no consent; 10 when left out.'),
        })
        .optional(),
    })
    .optional()
    .describe('Limits beyond which a change needs a consent of its own.'),
  protect: patterns.optional().describe('Addresses that are never changed: "offer:/offers2/Legacy*". `*` is any text.'),
  ignore: patterns
    .optional()
    .describe(
      'Not managed: whole objects, "offer:/offers2/X*", ' +
        'or one field of them, "offer:*#/attributes/badge_text__limio".',
    ),
  ownership,
  freeze: z
    .array(
      z.strictObject({
        from: z.string().describe('2026-11-27T00:00 with timeZone, or 2026-11-27T00:00:00+00:00.'),
        to: z.string().describe('The moment from which changes run again.'),
        reason: z.string().min(1),
        timeZone: z
          .string()
          .optional()
          .describe('Name of a time zone, Europe/London, for from and to without an offset.'),
      }),
    )
    .optional()
    .describe('Times in which nothing is changed or published.'),
};

const environment = z.strictObject({
  url: z.string().optional().describe('Address of the tenant. Either this, or tenant and region.'),
  tenant: z.string().optional().describe('Name of the tenant, acme in acme.prod.limio.com.'),
  region: z.enum(['eu', 'us', 'dev']).optional().describe('Region of the tenant; eu when left out.'),
  shop: z.string().optional().describe('Host of the storefront; {tenant}-shop when left out.'),
  protected: z.boolean().optional().describe('Whether apply needs --allow-protected=<name>.'),
  vars: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), secret]))
    .optional()
    .describe('What ${vars.NAME} stands for in files.'),
  dialect: dialectSchema.optional().describe('What is uncertain about the tenant.'),
  catalog: z
    .strictObject({
      create: z
        .boolean()
        .optional()
        .describe(
          'Whether catalog items that are declared and missing are created; false when left out. Experimental.',
        ),
    })
    .optional()
    .describe('What may be done to the catalog besides updates.'),
  scope: scope
    .optional()
    .describe('What this repository owns: only matching objects are ever deleted. `*` is any text.'),
  lint: environmentLint.optional().describe('Severities of lint rules in this environment.'),
  ...policyShape,
});

/** The whole of limio.config. What spans several keys is checked by `parse-config.ts`. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    environments: z.record(z.string(), environment).describe('The tenants, by a name of your choice.'),
    files: z
      .strictObject({
        catalog: globs.optional(),
        journeys: globs.optional(),
        prices: globs
          .optional()
          .describe('Where files called *.test.yaml hold tests of prices; prices/**/*.{yaml,yml} when left out.'),
        overlays: z
          .string()
          .optional()
          .describe('Folder with a folder of overlays for each environment; overlays when left out.'),
      })
      .optional()
      .describe('Where the files are. `**` is any number of folders, `*` any text, {a,b} a choice.'),
    env: z
      .array(
        z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'It must be the name of a variable of the process, such as CI_BRANCH'),
      )
      .optional()
      .describe('Variables of the process that files may name as ${env.NAME}. Never credentials.'),
    runs: z
      .strictObject({
        keep: z.int().min(1).max(10_000).optional().describe('How many runs stay in .limio/runs; 20 when left out.'),
      })
      .optional()
      .describe('What is kept of applies, rollbacks and publishes.'),
    ownership,
    state: z
      .strictObject({
        folder: z
          .string()
          .optional()
          .describe('Where the snapshots of the last apply are, relative to this file; .limio/state when left out.'),
      })
      .optional()
      .describe('What is known of each environment since its last apply.'),
    lint: lint.optional().describe('Rules of limio-sync lint.'),
    promotion: z
      .strictObject({
        maps: z
          .array(
            z.strictObject({
              field: z
                .string()
                .optional()
                .describe(
                  'One field, as in "ignore": kind:name#/pointer, `*` for any text. ' +
                    'Left out: every text that contains a value as a word.',
                ),
              values: z
                .record(z.string(), z.union([z.string().min(1), z.number(), z.boolean()]))
                .describe('What it is called, by the names of the environments; two at least.'),
            }),
          )
          .optional()
          .describe('What is called differently in each environment. Files may name it as any of them does.'),
      })
      .optional()
      .describe('What carrying changes from one environment to another needs to know.'),
    publish: z
      .strictObject({
        batch: z
          .boolean()
          .optional()
          .describe('One build for all pages. One broken page then fails them all; false when left out.'),
      })
      .optional(),
  })
  .describe('Configuration of limio-sync.');

/** What a limio.config file holds. */
export type Config = z.input<typeof configSchema>;

export type EnvironmentConfig = Config['environments'][string];

/** Whether a value has the shape of a rule, so that running it cannot fail for want of a part. */
function isLintRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const part = (key: string): unknown => Reflect.get(value, key);
  const kinds = part('kinds');
  return (
    /^[a-z][a-z0-9-]*$/.test(String(part('id'))) &&
    SETTINGS.some((severity) => severity !== 'off' && severity === part('severity')) &&
    typeof part('title') === 'string' &&
    Array.isArray(kinds) &&
    kinds.every((kind) => KINDS.some((known) => known === kind)) &&
    (part('needs') === undefined || Array.isArray(part('needs'))) &&
    (typeof part('check') === 'function') !== (typeof part('checkAll') === 'function')
  );
}

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
