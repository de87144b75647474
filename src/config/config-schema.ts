import { z } from 'zod';
import { environmentLint, lint } from './lint-schema.js';
import { ownership, policyShape } from './policy-schema.js';

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
                  'One field, as in "ignore": kind:name#/pointer, `*` for any text. Left out: every text in which a value stands for itself.',
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
