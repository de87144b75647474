import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { type Config, configSchema } from '../../src/config/schema.js';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { DEFAULT_FILE_GLOBS } from '../../src/source/read-files.js';
import { listSchemaFields, type SchemaField } from './support/list-schema-fields.js';
import { listBlocks, listPages, listRows, readPage } from './support/read-page.js';

const PAGE = 'docs/configuration.md';
const page = readPage(PAGE);
const rows = listRows(page).filter(({ cells }) => cells[0]?.startsWith('`'));
const tableOf = (section: string, prefix: string): [key: string, cells: string[]][] =>
  rows
    .filter((row) => row.section === section)
    .map(({ cells: [name = '', ...rest] }) => [`${prefix}${name.replaceAll('`', '').replaceAll('<name>', '*')}`, rest]);

const ENVIRONMENT = 'environments.*.';
const FILE_KEYS = tableOf('Keys of the file', '');
const ENVIRONMENT_KEYS = tableOf('Keys of an environment', ENVIRONMENT);
const SETTINGS = tableOf('Dialect', `${ENVIRONMENT}dialect.`);
const CODEC_KEYS = tableOf('`journeyCodec`', `${ENVIRONMENT}dialect.`).filter(([, cells]) => cells.length === 2);

/** Objects of the dialect without a row: only their keys have one. */
const GROUPS = ['bulkUpdate', 'promo', 'publish'].map((name) => `${ENVIRONMENT}dialect.${name}`);

/** The value of a JavaScript expression on the page, `'eu'` or `{ publish: { attempts: 60 } }`. */
function evaluate(code: string): unknown {
  const value: unknown = runInThisContext(`(${code})`);
  return value;
}

const FREEZE = { from: '2026-11-27T00:00', to: '2026-12-01T08:00', timeZone: 'Europe/London', reason: 'Black Friday' };

const MAP = { values: { sandbox: 'rp-test', prod: 'rp-live' } };

/** Keys that belong to one store, and what it requires. */
const STORES = [
  { keys: ['remote', 'branch'], required: { backend: 'git' } },
  { keys: ['bucket', 'prefix', 'region', 'endpoint', 'pathStyle'], required: { backend: 's3', bucket: 'acme' } },
  {
    keys: ['address', 'lockAddress', 'lockMethod', 'unlockMethod', 'username'],
    required: { backend: 'http', address: 'https://state.example.com/{name}' },
  },
];

/** A valid configuration with one more value. */
function configWith(path: string, value: unknown): unknown {
  const [list, inner] = path.split('[].');
  if (list !== undefined && inner !== undefined)
    return configWith(list, [{ ...(list === 'promotion.maps' ? MAP : FREEZE), [inner]: value }]);
  const environment = path === `${ENVIRONMENT}url` ? {} : { tenant: 'acme' };
  const [, option = ''] = path.split('state.');
  const store = STORES.find(({ keys }) => keys.includes(option));
  const keys = path.replace('*', 'sandbox').replace('*', 'name').split('.');
  return merge(
    {
      environments: { sandbox: environment, ...(path.startsWith('promotion') ? { prod: environment } : {}) },
      ...(path.startsWith('state.') && store ? { state: store.required } : {}),
    },
    keys,
    value,
  );
}

function merge(
  object: Record<string, unknown>,
  [key = '', ...rest]: string[],
  value: unknown,
): Record<string, unknown> {
  const old = (object[key] ?? {}) as Record<string, unknown>;
  return { ...object, [key]: rest.length === 0 ? value : merge(old, rest, value) };
}

describe('the keys of docs/configuration.md', () => {
  const fields = listSchemaFields(configSchema).filter(({ element }) => !element);

  test('are exactly the keys of the schema', () => {
    const documented = [...FILE_KEYS, ...ENVIRONMENT_KEYS, ...SETTINGS, ...CODEC_KEYS].map(([key]) => key);
    const known = fields.map(({ path }) => path).filter((path) => !GROUPS.includes(path));
    expect(documented.sort()).toEqual(known.sort());
  });

  test.each([...FILE_KEYS, ...ENVIRONMENT_KEYS].map(([key, cells]): [string, string] => [key, cells[1] ?? '']))(
    '%s has an example that is accepted: %s',
    (key, example) => {
      expect(() =>
        parseConfig(configWith(key, evaluate(example.replaceAll('`', ''))), 'limio.config.ts'),
      ).not.toThrow();
    },
  );

  test.each(CODEC_KEYS.map(([key, cells]): [string, string] => [key, cells[0] ?? '']))(
    '%s has an example that is accepted: %s',
    (key, example) => {
      const both = merge(
        { conditions: {}, actions: {} },
        [key.split('.').at(-1) ?? ''],
        evaluate(`(${example.replaceAll('`', '')})`),
      );
      expect(() =>
        parseConfig(configWith(`${ENVIRONMENT}dialect.journeyCodec`, both), 'limio.config.ts'),
      ).not.toThrow();
    },
  );

  test('are required exactly if the page says so', () => {
    const required = fields.filter((field: SchemaField) => field.required).map(({ path }) => path);
    const said = [...FILE_KEYS, ...ENVIRONMENT_KEYS]
      .filter(([, cells]) => cells[0] === 'none; required')
      .map(([key]) => key);
    expect(required.sort()).toEqual([...said, ...CODEC_KEYS.map(([key]) => key)].sort());
    for (const [, cells] of CODEC_KEYS) expect(cells[1]).toContain('Required');
  });

  test('have the defaults of the program', () => {
    const {
      scope,
      vars,
      protected: isProtected,
      policies,
      protect,
      ignore,
      freeze,
      baseUrl,
      shopUrl,
    } = resolveEnvironment({ environments: { a: { tenant: 'acme' } } }, 'a');
    const defaults = new Map(
      [...FILE_KEYS, ...ENVIRONMENT_KEYS].map(([key, cells]) => [
        key.replace(ENVIRONMENT, ''),
        cells[0]?.replaceAll('`', '') ?? '',
      ]),
    );
    const read = (key: string): unknown => evaluate(`(${defaults.get(key)})`);
    expect([read('files.catalog')]).toEqual(DEFAULT_FILE_GLOBS.catalog);
    expect([read('files.journeys')]).toEqual(DEFAULT_FILE_GLOBS.journeys);
    expect([read('protected'), read('vars'), read('scope')]).toEqual([isProtected, vars, scope]);
    expect([read('protect'), read('ignore'), read('freeze')]).toEqual([protect, ignore, freeze]);
    expect([read('policies.price.maxIncrease'), read('policies.price.maxDecrease')]).toEqual([
      policies.price.maxIncrease,
      policies.price.maxDecrease,
    ]);
    expect([read('policies.massChange.percent'), read('policies.massChange.atLeast')]).toEqual([
      policies.massChange.percent,
      policies.massChange.atLeast,
    ]);
    expect(baseUrl).toBe('https://acme.prod.limio.com');
    expect(read('region')).toBe('eu');
    expect(shopUrl).toBe('https://acme-shop.prod.limio.com');
  });

  test.each(
    listRows(page)
      .filter(({ section }) => section === '`tenant` and `region`')
      .map(({ cells }) => cells),
  )('the address in the region %s is %s', (region, url) => {
    const config = { environments: { a: { tenant: 'acme', region: region?.replaceAll('`', '') } } } as Config;
    expect(`\`${resolveEnvironment(config, 'a').baseUrl}\``).toBe(url);
  });
});

describe('the dialect of docs/configuration.md', () => {
  const flat = new Map(
    Object.entries(DEFAULT_DIALECT).flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object'
        ? Object.entries(value).map(([inner, one]) => [`${key}.${inner}`, one])
        : [[key, value]],
    ),
  );

  test.each(SETTINGS)(
    '%s: has the default of the program, and a sign of a wrong value',
    (path, [, given = '', meaning = '', sign = '']) => {
      const key = path.slice(`${ENVIRONMENT}dialect.`.length);
      const expected = flat.has(key) ? `\`${String(flat.get(key))}\`` : 'none';
      expect(given).toBe(expected);
      expect(meaning.length).toBeGreaterThan(20);
      expect(sign.length).toBeGreaterThan(5);
    },
  );

  test.each(SETTINGS)('%s: exactly the values of the page are accepted', (path, [values = '']) => {
    const accepts = (value: unknown): boolean => configSchema.safeParse(configWith(path, value)).success;
    const range = /^(\d+) to (\d+)$/.exec(values);
    if (range) {
      const [least, most] = [Number(range[1]), Number(range[2])];
      expect([least - 1, least, most, most + 1].map(accepts)).toEqual([false, true, true, false]);
    } else if (values === 'any text') {
      expect([accepts('Whatever'), accepts('')]).toEqual([true, false]);
    } else {
      const words = [...values.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
      expect(words.length).toBeGreaterThan(0);
      expect(words.map(accepts)).toEqual(words.map(() => true));
      const all = [
        'auto',
        'object',
        'array',
        'items',
        'replace',
        'merge',
        'assumed',
        'bare',
        'attributes',
        'data.attributes',
        'shallow',
        'deep',
        'null',
        'unsupported',
        'typed',
        'catalog_items',
      ];
      expect(new Set(all.filter(accepts))).toEqual(new Set(words));
    }
  });
});

describe('the examples of configurations', () => {
  const blocks = listPages().flatMap((path) =>
    listBlocks(readPage(path))
      .filter(
        ({ info, text }) =>
          (info === 'ts' && text.includes('export default')) || (info === 'json' && text.includes('"environments"')),
      )
      .map((block): [string, string] => [`${path}:${block.line}`, block.text]),
  );

  test('are found', () => {
    expect(blocks.filter(([place]) => place.startsWith(PAGE)).length).toBe(5);
  });

  test.each(blocks)('%s is accepted', (_place, text) => {
    expect(() => parseConfig(readBlock(text), 'limio.config.ts')).not.toThrow();
  });

  test('the templates of the page encode and decode the JSON of the page', () => {
    const [text = ''] = blocks.map(([, block]) => block).filter((block) => block.includes('$each'));
    const { dialect } = resolveEnvironment(parseConfig(readBlock(text), 'limio.config.ts'), 'sandbox');
    const codec = createJourneyCodec(dialect.journeyCodec, []);
    const typed = {
      journeys: [
        {
          conditions: [
            { type: 'country', values: ['US', 'CA'] },
            { type: 'cookie', values: ['lmo_a', 'lmo_b'] },
          ],
          actions: [{ type: 'destination', destination: '/us/', split: 100 }],
        },
      ],
    };
    const { wire, unconfirmed } = codec.encode(typed);
    expect(unconfirmed).toEqual([]);
    expect(wire).toEqual({
      journeys: [
        {
          conditions: [
            { kind: 'geo', any: [{ code: 'US' }, { code: 'CA' }] },
            { kind: 'cookie', names: 'lmo_a,lmo_b' },
          ],
          actions: [{ kind: 'goto', tag: '/us/', weight: 100 }],
        },
      ],
    });
    expect(codec.decode(wire)).toEqual(typed);
  });

  test('every placeholder of a template is explained', () => {
    const used = new Set(
      [...page.matchAll(/\$(?:values|csv|each|value|destination|split|splitText)\b/g)].map(([name]) => name),
    );
    const explained = rows
      .filter(({ section }) => section === '`journeyCodec`')
      .map(({ cells }) => cells.join(' '))
      .join(' ');
    expect([...used].filter((name) => !explained.includes(name))).toEqual([]);
  });
});

/** The default export of a file with this text. */
function readBlock(text: string): unknown {
  if (text.startsWith('{')) return JSON.parse(text);
  const made = /export default defineConfig\((\(.*\) => [^]*)\);/.exec(text)?.[1];
  if (made !== undefined) return evaluate(`(${made})({ env: {} })`);
  const code = /export default (?:defineConfig\()?(\{[^]*\})\)?;/.exec(text)?.[1];
  if (code === undefined) throw new Error('the block exports nothing');
  return evaluate(code);
}
