import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runInProcess } from './support/run-in-process.js';

const CONFIG = JSON.stringify({
  ownership: { app: ['offer:*Digital GB#/attributes/cta_text__limio', 'offer:*#/attributes/badge_text__limio'] },
  environments: { dev: { tenant: 'acme-dev', vars: { shop: 'dev.example.com' } } },
});

const TEMPLATE = `kind: offer
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  price__limio: [{ name: c, value: "\${each.price}", currencyCode: "\${each.currency}" }]
`;

function openFolder(files: Readonly<Record<string, string>>): { root: string; run: typeof runInRoot } {
  const root = mkdtempSync(join(tmpdir(), 'limio-sync-templates-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, '.git'));
  for (const [path, text] of Object.entries({ 'limio.config.json': CONFIG, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const runInRoot = (args: string | readonly string[], folder = '') => runInProcess(args, { cwd: join(root, folder) });
  return { root, run: runInRoot };
}

type Opened = ReturnType<typeof openFolder>;

declare function runInRoot(args: string | readonly string[], folder?: string): ReturnType<typeof runInProcess>;

const validate = async ({ run }: Opened): Promise<string[]> => {
  const { stdout } = await run('validate --format github');
  return stdout.split('\n').filter((line) => line.startsWith('::'));
};

describe('validate', () => {
  const table = 'country,price,currency\nGB,9.99,GBP\nIE,10.99,EUU\nDE,10.99,EUU\n';

  test('prints the line of the template, the line of the row, and how many rows have the same mistake', async () => {
    const { run } = openFolder({ 'catalog/digital.yaml': TEMPLATE, 'catalog/prices.csv': table });
    const { stdout, exitCode } = await run('validate');
    expect(exitCode).toBe(3);
    expect(stdout).toBe(`\
catalog/digital.yaml:5:67 with catalog/prices.csv:3:10 error CURRENCY_UNKNOWN There is no currency "EUU" in ISO 4217.
  4 | attributes:
> 5 |   price__limio: [{ name: c, value: "\${each.price}", currencyCode: "\${each.currency}" }]
    |                                                                   ^^^^^^^^^^^^^^^^^^
> 3 | IE,10.99,EUU
    |          ^
  and 1 more row
  hint: Did you mean EUR?

1 error in 2 files (1 resource).
`);
  });

  test('names both files as the terminal finds them', async () => {
    const opened = openFolder({ 'catalog/digital.yaml': TEMPLATE, 'catalog/prices.csv': table });
    const { stdout } = await opened.run('validate', 'catalog');
    expect(stdout).toMatch(/^digital\.yaml:5:\d+ with prices\.csv:3:10 /);
    expect(stdout).toContain('> 3 | IE,10.99,EUU');
  });

  test('names the rows of a field that the app owns for some rows only', async () => {
    const text = `${TEMPLATE}  cta_text__limio: Buy\n`;
    const opened = openFolder({ 'catalog/digital.yaml': text, 'catalog/prices.csv': table.replaceAll('EUU', 'EUR') });
    expect(await validate(opened)).toEqual([
      expect.stringMatching(/OWNED_ELSEWHERE::.*%0Awith catalog\/prices\.csv:2:1%0Ahint/),
    ]);
    const all = text.replace('cta_text__limio', 'badge_text__limio');
    const other = openFolder({ 'catalog/digital.yaml': all, 'catalog/prices.csv': table.replaceAll('EUU', 'EUR') });
    expect(await validate(other)).toEqual([
      expect.stringMatching(/OWNED_ELSEWHERE::.*%0Awith catalog\/prices\.csv:2:1 and 2 more rows%0Ahint/),
    ]);
  });
});

describe('explain', () => {
  const text = `kind: offer
extends: bases/a.yaml
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  badge_text__limio: null
  display_price__limio: \${each.symbol}\${each.price} per month
  display_name__limio: At \${vars.shop} for \${each.price}
  price__limio: [{ name: c, value: "\${each.price}" }]
`;
  const files = {
    'catalog/digital.yaml': text,
    'catalog/bases/a.yaml': 'kind: base\nattributes: { cta_text__limio: Buy, badge_text__limio: New }\n',
    'catalog/prices.csv': 'country,symbol,price\nGB,£,9.99\nIE,€,10.99\n',
  };
  const args = ['explain', 'offer:/offers2/Digital IE', '--env', 'dev'];

  test('prints each value with its layer: document, template, base and row', async () => {
    const { stdout, stderr } = await openFolder(files).run(args);
    expect(stderr).toBe('');
    expect(stdout).toBe(`\
# offer:/offers2/Digital IE in dev
kind: offer             # catalog/digital.yaml:1 (template)
# catalog/digital.yaml:4 (template) with catalog/prices.csv:3 <- each.country
path: /offers2/Digital IE
attributes:             # catalog/digital.yaml:5 (template)
  cta_text__limio: Buy  # catalog/bases/a.yaml:2 (base)
  # catalog/digital.yaml:7 (template) with catalog/prices.csv:3
  #   <- each.symbol, each.price
  display_price__limio: €10.99 per month
  # catalog/digital.yaml:8 (template) with catalog/prices.csv:3
  #   <- each.price, vars.shop
  display_name__limio: At dev.example.com for 10.99
  price__limio:         # catalog/digital.yaml:9 (template)
    - name: c           # catalog/digital.yaml:9 (template)
      # catalog/prices.csv:3 (row, column price) <- catalog/digital.yaml:9
      value: "10.99"
# not managed: attributes.badge_text__limio, removed by
#   catalog/digital.yaml:6 (template)
`);
  });

  test('gives layer, row and columns as JSON, and what the document takes away from its base', async () => {
    const { stdout } = await openFolder(files).run([...args, '--format', 'json']);
    const { values, removed } = JSON.parse(stdout) as { values: { pointer: string }[]; removed: unknown[] };
    expect(values.find(({ pointer }) => pointer === '/attributes/display_name__limio')).toEqual({
      pointer: '/attributes/display_name__limio',
      value: 'At dev.example.com for 10.99',
      file: 'catalog/digital.yaml',
      line: 8,
      col: 24,
      layer: 'template',
      row: { file: 'catalog/prices.csv', line: 3, col: 6 },
      columns: ['price'],
      variables: [{ reference: 'vars.shop', source: 'vars' }],
    });
    expect(values.find(({ pointer }) => pointer === '/attributes/price__limio/0/value')).toMatchObject({
      layer: 'row',
    });
    expect(values.find(({ pointer }) => pointer === '/attributes/cta_text__limio')).toMatchObject({ layer: 'base' });
    expect(removed).toMatchObject([
      { pointer: '/attributes/badge_text__limio', file: 'catalog/digital.yaml', line: 6 },
    ]);
  });
});

describe('lint --fix', () => {
  test('fixes what is right for all resources of a line, and leaves rows and keys of templates as they are', async () => {
    const text = `kind: offer
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  \${each.key}: "Buy "
  display_description__limio: \${each.text}
  allowed_countries__limio: ["\${each.none?}", "\${each.country}", GB, FR, FR]
`;
    const rows = 'country,key,text,none\nGB,cta_text__limio,"Words ",\nIE,cta_text__limio,Text,US\n';
    const { root, run } = openFolder({ 'catalog/digital.yaml': text, 'catalog/prices.csv': rows });
    const { stdout } = await run('lint --fix --rule text-whitespace --rule list-duplicate');
    expect(readFileSync(join(root, 'catalog/prices.csv'), 'utf8')).toBe(rows);
    expect(readFileSync(join(root, 'catalog/digital.yaml'), 'utf8')).toBe(
      text.replace('"Buy "', '"Buy"').replace(', FR, FR', ', FR'),
    );
    expect(stdout).toContain('Correct catalog/prices.csv:2:20 by hand');
    expect(stdout).toContain('the line also makes 1 resource without this problem');
  });
});

describe('test journeys', () => {
  test('names the row of a branch that no case reaches', async () => {
    const { run } = openFolder({
      'journeys/web.yaml': `kind: journey
for_each: [{ at: us, country: US }, { at: de, country: DE }]
name: web-\${each.at}
starting_point: /\${each.at}/
fallback_tag: /shop/
domains: [shop.example.com]
journeys:
  - conditions: [{ type: country, values: ["\${each.country}"] }]
    actions: [{ type: destination, destination: /us/, split: 100 }]
`,
      'journeys/web.test.yaml': 'kind: journey_test\ncases: [{ visit: /us/, country: US, expect: /us/ }]\n',
    });
    const { stdout, stderr } = await run('test journeys --coverage');
    expect(stderr).toBe('');
    expect(stdout).toContain('journeys/web.yaml:8:5 with journeys/web.yaml:2:56 web-de, branch 1: no case ends');
  });
});
