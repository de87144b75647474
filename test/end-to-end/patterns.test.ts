import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

const FILES = {
  'catalog/offers.yaml': `${offerFile('/offers2/Monthly', 'New')}---\n${offerFile('/offers2/Annual', 'New')}`,
  'catalog/codes.yaml': promoCodeFile('OLD5', 5),
  'catalog/drafts/draft.yaml': offerFile('/offers2/Unready', 'Not ready'),
};

const DRAFTS = { catalog: ['catalog/**', '!catalog/drafts/**'] };

/** The plan of files with a draft, by these keys of the environment. */
async function planWith(
  context: Parameters<typeof openWorkspace>[0],
  environment: object,
  files: object = DRAFTS,
): Promise<Plan> {
  const { run, root, write } = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: FILES,
    environment: { dialect: QUICK_PUBLISH, ...environment },
  });
  const config = JSON.parse(readFileSync(join(root, 'limio.config.json'), 'utf8')) as object;
  write('limio.config.json', JSON.stringify({ ...config, files }));
  return parseDocument(await run('plan --format json')) as Plan;
}

const listChanged = ({ changes }: Plan): string[] => changes.map(({ address }) => address).sort();

const listCodes = (plan: Plan) => listChanged(plan).filter((address) => address.startsWith('promo_code:'));

describe('patterns of limio.config (case: patterns)', () => {
  test('exclude files: "!catalog/drafts/**", alone or after what it restricts', async (context) => {
    const changed = ['offer:/offers2/Annual', 'offer:/offers2/Monthly'];
    expect(listChanged(await planWith(context, {}, { catalog: 'catalog/**' }))).toContain('offer:/offers2/Unready');
    expect(listChanged(await planWith(context, {}))).toEqual(changed);
    expect(listChanged(await planWith(context, {}, { catalog: '!catalog/drafts/**' }))).toEqual(changed);
  });

  test('exclude promo codes from the scope: "!W*"', async (context) => {
    expect(listCodes(await planWith(context, { scope: { promo_codes: ['*'] } }))).toEqual(['promo_code:WELCOME10']);
    expect(listCodes(await planWith(context, { scope: { promo_codes: ['*', '!W*'] } }))).toEqual([]);
    expect(listCodes(await planWith(context, { scope: { promo_codes: ['!W*'] } }))).toEqual([]);
  });

  test.each([
    [['offer:/offers2/{Annual,Monthly}'], ['offer:/offers2/Annual', 'offer:/offers2/Monthly']],
    [['offer:/offers2/Annua?'], ['offer:/offers2/Annual']],
    [['offer:/offers2/[A-C]*'], ['offer:/offers2/Annual']],
    [['offer:*', '!offer:**/Annual'], ['offer:/offers2/Monthly']],
    [['!offer:/offers2/Annual'], ['offer:/offers2/Monthly']],
  ])('protect: %j', async (protect, expected) => {
    const cleanups: (() => unknown)[] = [];
    const plan = await planWith({ onTestFinished: (run) => void cleanups.push(run) }, { protect });
    for (const clean of cleanups.toReversed()) await clean();
    expect(plan.guards.find(({ code }) => code === 'PROTECTED_ADDRESS')?.addresses).toEqual(expected);
  });

  test('exclude objects and fields from what is ignored', async (context) => {
    const ignore = ['offer:*', '!offer:/offers2/Annual', '!offer:/offers2/Monthly#/attributes/display_name__limio'];
    const changed = ['offer:/offers2/Annual', 'offer:/offers2/Monthly'];
    expect(listChanged(await planWith(context, { ignore }))).toEqual(changed);
    expect(listChanged(await planWith(context, { ignore: ignore.slice(0, 1) }))).toEqual([]);
  });
});

describe('a selector', () => {
  test.each([
    ['drift', 'offer:offers2/Annual', 'Did you mean "offer:/offers2/Annual"?'],
    ['pull', 'offers:*', 'Did you mean "offer:*"?'],
    ['pull --adopt', 'offer:/offers2/{A', 'Write {a,b}, or \\{'],
    ['publish --yes --pages', '/shop/[', 'Write [a-z], or \\['],
    ['drift', 'offer:/offers2/Anual', "Did you mean 'offer:/offers2/Annual'?"],
    ['drift', 'offer:/ofers2/*', "Did you mean 'offer:/offers2/"],
    ['pull', 'offer:/offers2/Anual', "Did you mean 'offer:/offers2/Annual'?"],
  ])('%s %s that cannot be read or matches nothing is USAGE: %s', async (command, selector, hint) => {
    const cleanups: (() => unknown)[] = [];
    const { run } = await openWorkspace(
      { onTestFinished: (one) => void cleanups.push(one) },
      { seed: SMALL_SEED, files: FILES },
    );
    const { exitCode, stderr } = await run([...command.split(' '), selector]);
    for (const clean of cleanups.toReversed()) await clean();
    expect(stderr).toContain(hint);
    expect({ exitCode, usage: stderr.includes('USAGE') }).toEqual({ exitCode: 3, usage: true });
  });
});
