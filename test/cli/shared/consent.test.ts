import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { collectConsents, requireConsent, requireWhole } from '../../../src/cli/shared/consent.js';
import type { CliIo } from '../../../src/cli/shared/io.js';
import type { ConsentOptions, YesOptions } from '../../../src/cli/shared/options.js';
import type { LimioError } from '../../../src/errors/errors.js';
import { CONSENT_FLAGS, type Plan } from '../../../src/model/plan.js';
import type { Policies } from '../../../src/model/policies.js';
import { RICH_PLAN } from '../../support/rich-plan.js';

/** A terminal at which somebody types `typed`; without it, no terminal. */
function openIo(typed?: string): CliIo {
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  if (typed !== undefined) stdin.end(`${typed}\n`);
  const stream = { write: () => true };
  return { stdout: stream, stderr: stream, stdin, env: {}, cwd: '/', signal: new AbortController().signal };
}

async function ask(plan: Plan, options: YesOptions, typed?: string): Promise<string> {
  try {
    await requireConsent(openIo(typed), 'apply', plan, options);
    return 'may run';
  } catch (error) {
    return (error as LimioError).code;
  }
}

const open: Plan = { ...RICH_PLAN, environment: 'prod', protected: false };
const guarded: Plan = { ...open, protected: true };
const empty: Plan = { ...guarded, changes: [], publish: { pages: [], onNoPage: [] } };

test.each<[string, Plan, YesOptions, string | undefined, string]>([
  ['an empty plan needs no approval', empty, {}, undefined, 'may run'],
  ['a plan that only publishes needs approval', { ...open, changes: [] }, {}, undefined, 'CONSENT_REQUIRED'],
  ['--yes approves', open, { yes: true }, undefined, 'may run'],
  ['without a terminal and --yes it does not run', open, {}, undefined, 'CONSENT_REQUIRED'],
  ['"yes" at the terminal approves', open, {}, 'yes', 'may run'],
  ['"y" at the terminal does not approve', open, {}, 'y', 'CONSENT_REQUIRED'],
  ['an empty line does not approve', open, {}, '', 'CONSENT_REQUIRED'],
  ['--yes does not cover a protected environment', guarded, { yes: true }, undefined, 'PROTECTED'],
  ['"yes" at the terminal does not cover a protected environment', guarded, {}, 'yes', 'PROTECTED'],
  [
    '--allow-protected with the name of another environment approves nothing',
    guarded,
    { yes: true, allowProtected: 'sandbox' },
    undefined,
    'PROTECTED',
  ],
  [
    '--allow-protected with its own name and --yes approve',
    guarded,
    { yes: true, allowProtected: 'prod' },
    undefined,
    'may run',
  ],
  ['--allow-protected does not replace --yes', guarded, { allowProtected: 'prod' }, undefined, 'CONSENT_REQUIRED'],
])('%s', async (_, plan, options, typed, outcome) => {
  expect(await ask(plan, options, typed)).toBe(outcome);
});

test.each(['apply', 'rollback'])('%s has an option for every consent that a guard asks for', (name) => {
  const command = createProgram(openIo(), () => undefined).commands.find((one) => one.name() === name);
  const given = CONSENT_FLAGS.map((flag) => [flag, flag === '--allow-freeze' ? 'prod' : '3'] as const);
  command?.parseOptions(given.flat());
  expect([...collectConsents(command?.opts() ?? {})]).toEqual(given);
});

test.each<[string, ConsentOptions & YesOptions, Policies['partial'], string | undefined]>([
  ['no consent', {}, 'stop', 'limio-sync apply --env prod --allow-delete=2 --allow-price-change=2'],
  ['--yes', { yes: true }, 'stop', 'limio-sync apply --env prod --yes --allow-delete=2 --allow-price-change=2'],
  ['consent to another number', { allowPriceChange: 1 }, 'stop', '--allow-price-change=2'],
  [
    'consent to the deletions',
    { allowDelete: 2 },
    'stop',
    'limio-sync apply --env prod --allow-delete=2 --allow-partial',
  ],
  ['consent to what stops it', { allowPriceChange: 2 }, 'stop', undefined],
  ['--allow-partial', { allowPartial: true }, 'stop', undefined],
  ['no consent under the policy "allow"', {}, 'allow', undefined],
])('a plan that would run only in part, with %s', (_, options, partial, hint) => {
  const check = () => requireWhole(open, { partial }, ['apply', '--env', 'prod'], options);
  if (hint === undefined) expect(check).not.toThrow();
  else
    expect(check).toThrow(expect.objectContaining({ code: 'PARTIAL', hint: expect.stringContaining(hint) as string }));
});

test('the policy of today decides, not that with which the plan was saved', () => {
  const words = ['apply', 'plan.json'];
  expect(() => requireWhole({ ...open, partial: 'allow' }, { partial: 'stop' }, words, {})).toThrow('PRICE_CHANGE');
});
