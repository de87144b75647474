import { z } from 'zod';
import { KINDS } from '../model/address.js';
import type { LintRule } from '../model/lint-rule.js';

const globs = z.union([z.string(), z.array(z.string())]);

const templates = z.strictObject({
  conditions: z.record(z.string(), z.json()).describe('Form of each condition type in the API.'),
  actions: z.record(z.string(), z.json()).describe('Form of each action type in the API.'),
});

/** Undocumented behaviour of a tenant; every setting has a default (API reference, section 11). */
export const dialectSchema = z.strictObject({
  journeyList: z.enum(['auto', 'object', 'array', 'items']).optional().describe('Form of the list of journeys.'),
  journeyPut: z.enum(['replace', 'merge']).optional().describe('Whether saving a journey replaces or merges it.'),
  journeyCodec: z
    .union([z.literal('assumed'), templates])
    .optional()
    .describe('Form of conditions and actions in the API. By default, only forms that a live journey proves.'),
  bulkUpdate: z
    .strictObject({
      wrapper: z.enum(['bare', 'attributes', 'data.attributes']).optional(),
      merge: z.enum(['shallow', 'deep']).optional(),
      removal: z.enum(['null', 'unsupported']).optional(),
      maxDiffs: z.int().min(1).max(1000).optional(),
    })
    .optional()
    .describe('How the tenant handles bulk-update.'),
  catalogRead: z.enum(['typed', 'catalog_items']).optional().describe('Which endpoints read the catalog.'),
  pageSize: z.int().min(1).max(1000).optional().describe('Objects per page of a list.'),
  promo: z
    .strictObject({
      removal: z.enum(['null', 'unsupported']).optional(),
      fixedAmountType: z.string().min(1).optional(),
    })
    .optional(),
  publish: z
    .strictObject({
      attempts: z.int().min(1).max(1000).optional().describe('How often a publish is tried.'),
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
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Must be the name of an environment variable, such as ACME_API_KEY'),
  })
  .describe('A secret: the value of this environment variable.');

const SETTINGS = ['error', 'warning', 'info', 'off'] as const;

const rules = z
  .record(z.string(), z.enum(SETTINGS))
  .optional()
  .describe('Severities by rule id: error, warning, info or off.');

/** JSON cannot hold functions, so `buildConfigJsonSchema` omits `custom`. */
const lint = z.strictObject({
  rules,
  custom: z
    .array(z.custom<LintRule>(isLintRule, 'Must be a rule: id, severity, title, kinds, and check or checkAll'))
    .optional()
    .meta({ inCodeOnly: true })
    .describe('Your own rules, made with defineLintRule.'),
});

const environmentLint = z.strictObject({ rules });

const percent = z.number().min(0).max(1_000_000);

const patterns = z.array(z.string().min(1));

/** For one environment, or at the top of the file for all. */
const ownership = z
  .strictObject({
    app: patterns.optional().describe('Edited in the web app: never compared, never sent.'),
    server: patterns.optional().describe('Set by the server: never compared, never sent.'),
    git: patterns.optional().describe('Set by the files; overrides app, server and the defaults of the kind.'),
  })
  .optional()
  .describe('Owners of objects or fields, by patterns as in ignore.');

/** Keys of an environment that limit what may change, and when (docs/policies.md). */
const policyShape = {
  policies: z
    .strictObject({
      price: z
        .strictObject({
          maxIncrease: percent.optional().describe('Percent by which a charge may rise without consent. Default: 20.'),
          maxDecrease: percent.optional().describe('Percent by which a charge may fall without consent. Default: 20.'),
        })
        .optional(),
      massChange: z
        .strictObject({
          percent: z
            .number()
            .min(0)
            .max(100)
            .optional()
            .describe('Percent of the managed objects of a kind that may change without consent. Default: 30.'),
          atLeast: z.int().min(1).optional().describe('Fewer objects than this need no consent. Default: 10.'),
        })
        .optional(),
      partial: z
        .enum(['stop', 'allow'])
        .optional()
        .describe('What apply does if a part of a plan is withheld: stop, or run the rest. Default: stop.'),
      alsoPublish: z
        .enum(['consent', 'report'])
        .optional()
        .describe(
          'Whether unpublished edits that go live with a page require --allow-also-publish, or are only listed. ' +
            'Default: consent.',
        ),
    })
    .optional()
    .describe('Limits above which a change requires consent, and what a missing consent stops.'),
  protect: patterns
    .optional()
    .describe('Addresses that are never changed: "offer:/offers2/Legacy*". Patterns: docs/patterns.md.'),
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
          .describe('Time zone of from and to, such as Europe/London, if they have no offset.'),
      }),
    )
    .optional()
    .describe('Periods in which limio-sync changes and publishes nothing.'),
};

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const environment = z.strictObject({
  url: z.string().optional().describe('URL of the tenant; cannot be combined with tenant and region.'),
  tenant: z.string().optional().describe('Name of the tenant, for example acme for acme.prod.limio.com.'),
  region: z.enum(['eu', 'us', 'dev']).optional().describe('Region of the tenant. Default: eu.'),
  shop: z.string().optional().describe('Host of the storefront. Default: that of {tenant}-shop.'),
  protected: z.boolean().optional().describe('Whether apply requires --allow-protected=<name>.'),
  vars: z
    .record(z.string(), z.union([scalar, secret, z.array(z.union([scalar, z.record(z.string(), scalar)]))]))
    .optional()
    .describe('Values of ${vars.NAME} in files. A list gives rows to for_each.'),
  credentials: z
    .strictObject({
      command: z
        .array(z.string().min(1))
        .min(1)
        .describe('Program and arguments, run without a shell; prints {"clientId": "...", "clientSecret": "..."}.'),
    })
    .optional()
    .describe('Where the credentials come from if no environment variable has them.'),
  dialect: dialectSchema.optional().describe('Settings for undocumented behaviour of the tenant.'),
  catalog: z
    .strictObject({
      create: z
        .boolean()
        .optional()
        .describe('Whether to create declared catalog items that are missing. Default: false. Experimental.'),
    })
    .optional()
    .describe('Catalog operations other than updates.'),
  scope: scope
    .optional()
    .describe('Patterns of the names that this repository owns: only these are ever deleted. `!name*` excludes some.'),
  lint: environmentLint.optional().describe('Severities of lint rules in this environment.'),
  ...policyShape,
});

const text = z.string().min(1);

/** Each store is documented in docs/state.md. */
const state = z.discriminatedUnion('backend', [
  z.strictObject({
    backend: z.literal('folder').optional(),
    folder: z.string().optional().describe('Folder of the snapshots, relative to this file. Default: .limio/state.'),
    path: text.optional().describe('A folder that all machines see, such as a network drive. Default: .limio.'),
  }),
  z.strictObject({
    backend: z.literal('git'),
    remote: text.optional().describe('Remote of the repository. Default: origin.'),
    branch: text
      .optional()
      .describe('Beginning of branch names, for a host that refuses other refs. Default: refs/limio-sync.'),
  }),
  z.strictObject({
    backend: z.literal('s3'),
    bucket: text,
    prefix: text.optional().describe('Beginning of the keys. Default: limio-sync.'),
    region: text.optional().describe('Default: AWS_REGION, then us-east-1.'),
    endpoint: z
      .string()
      .regex(/^https?:\/\/[^/]/, 'it must be a URL such as https://s3.example.com')
      .optional()
      .describe('Address of a store other than AWS.'),
    pathStyle: z.boolean().optional().describe('Puts the bucket in the path. Default: true with an endpoint.'),
  }),
  z.strictObject({
    backend: z.literal('http'),
    address: z
      .string()
      .regex(/^https?:\/\/.*\{name\}/, 'it must be a URL with {name} in it')
      .describe('Address of a state in the HTTP protocol of Terraform; {name} becomes tenant and environment.'),
    lockAddress: text.optional().describe('Default: the address followed by /lock.'),
    lockMethod: z.enum(['POST', 'PUT', 'LOCK']).optional().describe('Default: POST.'),
    unlockMethod: z.enum(['DELETE', 'PUT', 'POST', 'UNLOCK']).optional().describe('Default: DELETE.'),
    username: text.optional().describe('Default: TF_HTTP_USERNAME. The password comes from TF_HTTP_PASSWORD.'),
  }),
]);

/** The whole limio.config. `parse-config.ts` checks rules across several keys. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    environments: z.record(z.string(), environment).describe('The tenants, each under a name of your choice.'),
    files: z
      .strictObject({
        catalog: globs.optional(),
        journeys: globs.optional(),
        prices: globs
          .optional()
          .describe('Patterns of the *.test.yaml files with price tests. Default: prices/**/*.{yaml,yml}.'),
        overlays: z
          .string()
          .optional()
          .describe('Folder with one folder of overlays per environment. Default: overlays.'),
      })
      .optional()
      .describe(
        'Where the files are. `**` is any number of folders, `*` any text, {a,b} a choice; `!drafts/**` excludes some.',
      ),
    env: z
      .array(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Must be the name of an environment variable, such as CI_BRANCH'),
      )
      .optional()
      .describe('Environment variables that files may read with ${env.NAME}. Never credentials.'),
    envFile: globs
      .optional()
      .describe('Files with environment variables such as credentials, relative to this file: .env. Never committed.'),
    runs: z
      .strictObject({
        keep: z.int().min(1).max(10_000).optional().describe('How many runs to keep in .limio/runs. Default: 20.'),
      })
      .optional()
      .describe('History of applies, rollbacks and publishes.'),
    ownership,
    state: state
      .optional()
      .describe(
        'Where runs, snapshots and locks are kept: in .limio of each checkout, or in a store that a team shares.',
      ),
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
                  'One field, as in "ignore": kind:name#/pointer. Patterns: docs/patterns.md. ' +
                    'Left out: every text that contains a value as a word.',
                ),
              values: z
                .record(z.string(), z.union([z.string().min(1), z.number(), z.boolean()]))
                .describe('The value in each environment; at least two.'),
            }),
          )
          .optional()
          .describe('Values that differ between environments. Files may use the value of any of them.'),
      })
      .optional()
      .describe('Settings of promote.'),
    publish: z
      .strictObject({
        batch: z
          .boolean()
          .optional()
          .describe('One build for all pages. One broken page then fails all of them. Default: false.'),
      })
      .optional(),
  })
  .describe('Configuration of limio-sync.');

export type Config = z.input<typeof configSchema>;

export type EnvironmentConfig = Config['environments'][string];

/** Whether a value has all parts of a rule. */
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

/** Removes keys whose values can only be written in code: in JSON they are an error. */
function dropFunctions({ properties = {} }: z.core.JSONSchema.BaseSchema): void {
  for (const [key, property] of Object.entries(properties)) {
    if (typeof property === 'object' && Object.hasOwn(property, 'inCodeOnly')) Reflect.deleteProperty(properties, key);
  }
}
