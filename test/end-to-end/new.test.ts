import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Seed } from '../../src/emulator/seed-format.js';
import { CREDENTIALS, openFolder, openWorkspace } from './support/in-process.js';
import { CTRL_C, findTerminalObstacle, TERMINAL_COMMAND } from './support/open-terminal.js';
import { SMALL_SEED } from './support/small-tenant.js';

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

const SEED: Seed = {
  ...SMALL_SEED,
  items: [
    ...(SMALL_SEED.items ?? []),
    {
      path: '/add_ons/Puzzles',
      data: {
        record_type: 'add_on',
        name: 'The old puzzles',
        baseTemplate: '/config/templates/add-on',
        products: ['/products/Discounts'],
        productBundles: [{ product_path: '/products/Discounts', rate_plan: 'Puzzles ${x}' }],
        attributes: {
          zebra: 'my-secret-value',
          label__limio: ['games'],
          badge_text__limio: null,
          display_name__limio: 'Puzzles',
        },
      },
    },
  ],
};

describe('limio-sync new --from, with a live object', () => {
  test('copies it in reading order, without nulls and its name in the web app, with what a creation needs', async (context) => {
    const { root, run, writes } = await openWorkspace(context, {
      seed: SEED,
      files: {},
    });
    const { exitCode, stdout, stderr } = await run([
      'new',
      'add-on',
      '/add_ons/Quiz',
      '--from',
      'add-on:/add_ons/Puzzles',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('created  catalog/add-ons/quiz.yaml  add_on:/add_ons/Quiz\n');
    expect(stdout).toContain(
      'Copied from add_on:/add_ons/Puzzles. Check what it shares: products, productBundles and label__limio.\n',
    );
    expect(read(root, 'catalog/add-ons/quiz.yaml')).toBe(`kind: add_on
path: /add_ons/Quiz
baseTemplate: /config/templates/add-on
products: [/products/Discounts]
productBundles:
  - product_path: /products/Discounts
    rate_plan: Puzzles $\${x}
attributes:
  display_name__limio: Quiz
  label__limio: [games]
  zebra: my-secret-value
`);
    expect(await run('validate')).toMatchObject({ exitCode: 0 });
    expect(writes()).toEqual([]);
  });

  test('copies a journey with typed conditions, and says which value of a promo code it cannot copy', async (context) => {
    const [code] = SMALL_SEED.promoCodes ?? [];
    const { run } = await openWorkspace(context, {
      seed: { ...SEED, promoCodes: [{ ...code, usage: { availableQuantity: 7 } }] },
      files: {},
    });
    const journey = await run([
      'new',
      'journey',
      'web-new',
      '--from',
      'journey:web-geo',
      '--start',
      '/neu/',
      '--dry-run',
    ]);
    expect(journey.stdout).toBe(`kind: journey
name: web-new
starting_point: /neu/
fallback_tag: /shop/
domains: [shop.example.com]
journeys:
  - conditions:
      - type: country
        values: [US]
    actions:
      - type: destination
        destination: /us/
        split: 100
`);
    const promo = await run(['new', 'promo-code', 'SUMMER10', '--from', 'promo-code:WELCOME10', '--env', 'test']);
    expect(promo.stdout).toContain('usage.availableQuantity was not copied: the tenant counts it down.');
  });

  test('leaves out a secret of the environment, and names the field', async (context) => {
    const { root, run } = await openWorkspace(context, {
      seed: SEED,
      files: {},
      environment: { vars: { zebra: { secret: 'ACME_ZEBRA' } } },
    });
    const args = ['new', 'add-on', '/add_ons/Quiz', '--from', 'add-on:/add_ons/Puzzles'];
    const { exitCode, stdout } = await run(args, { env: { ...CREDENTIALS, ACME_ZEBRA: 'my-secret-value' } });
    expect(stdout).toContain('/attributes/zebra was not copied. PULL_SECRET: The value contains a secret.');
    expect([exitCode, read(root, 'catalog/add-ons/quiz.yaml').includes('zebra')]).toEqual([0, false]);
  });

  test('refuses one that neither a file nor the tenant has', async (context) => {
    const { run } = await openWorkspace(context, { seed: SEED, files: {} });
    const { exitCode, stderr } = await run(['new', 'offer', '/offers2/X', '--from', 'offer:/offers2/Nothing']);
    expect(stderr).toMatch(/^error USAGE: Neither a file nor test \(.*\) has "offer:\/offers2\/Nothing"\.$/m);
    expect(exitCode).toBe(3);
  });
});

const obstacle = findTerminalObstacle();

describe.skipIf(obstacle !== undefined)(
  `limio-sync new at a terminal${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    test('asks, writes the file, and needs no configuration', async (context) => {
      const { start, root } = openFolder(context);
      const program = start('new promo-code --discount 25% --for year --expires 2099-12-31', {
        command: TERMINAL_COMMAND,
      });
      await program.waitFor('Code, such as AUTUMN25: ');
      program.type('A B\n');
      await program.waitFor('may only contain letters and digits. Write AB');
      program.type('ab12\n');
      await program.waitFor('Rate plan');
      program.type('\n');
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(0);
      expect(stdout).toContain('  catalog/promo-codes/ab12.yaml  promo_code:AB12');
      expect(read(root, 'catalog/promo-codes/ab12.yaml')).toContain('durationLength: 1\n  durationType: Years\n');
    });

    test('writes nothing after Ctrl-C, and ends with 130', async (context) => {
      const { start, root } = openFolder(context);
      const program = start('new offer', { command: TERMINAL_COMMAND });
      await program.waitFor('Path of the offer');
      program.type('/offers2/X\n');
      await program.waitFor('Name that customers see [X]: ');
      program.type(CTRL_C);
      expect((await program.ended).exitCode).toBe(130);
      expect(readdirSync(root)).toEqual([]);
    });
  },
);
