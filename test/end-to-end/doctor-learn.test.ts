import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canarySeed, managedState } from '../doctor/support/learn-all.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';

const CANARIES = [
  '--canary',
  'offer:/offers2/Scratch',
  '--canary',
  'journey:scratch',
  '--canary',
  'promo_code:scratch',
];
const learn = (...more: string[]): string[] => ['doctor', '--learn', ...CANARIES, ...more];
const mask = (text: string): string =>
  text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\d{8}T\d{9}Z-test-[0-9a-f]{6}/g, 'RUN');
const ODD = {
  bulkUpdate: { wrapper: 'attributes', merge: 'deep' },
  journeyPut: 'merge',
  promo: { removal: 'unsupported' },
} as const;
const FILE = 'dialects/test.json';
const OFFER = 'kind: offer\npath: /offers2/Scratch\nattributes:\n  description__limio: Renamed\n';

describe.concurrent('limio-sync doctor --learn', () => {
  test('shows what it will try, learns, puts everything back, writes the dialect, and apply then understands the tenant', async (context) => {
    const { run, tenant, root } = await openWorkspace(context, {
      seed: canarySeed(),
      dialect: ODD,
      files: { 'catalog/a.yaml': OFFER },
    });
    const before = managedState(tenant);
    const learned = await run(learn('--yes'));
    await context.expect(mask(learned.stdout)).toMatchFileSnapshot('../golden/doctor-learn.txt');
    expect(Math.max(...learned.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect({ exitCode: learned.exitCode, stderr: learned.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(managedState(tenant)).toEqual(before);
    const file = JSON.parse(readFileSync(join(root, FILE), 'utf8')) as {
      dialect: unknown;
      host: string;
      evidence: { setting: string }[];
    };
    expect(file).toMatchObject({
      formatVersion: 1,
      host: new URL(tenant.url).host,
      dialect: { ...ODD, bulkUpdate: { ...ODD.bulkUpdate, removal: 'null' } },
    });
    expect(file.evidence.map(({ setting }) => setting)).toContain('bulkUpdate.wrapper');
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const runs = (await run('runs')).stdout;
    expect(runs).toMatch(/doctor +complete +3 done/);
    const refused = await run(['rollback', /\S+(?= +doctor)/.exec(runs)?.[0] ?? '', '--yes']);
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.stderr).toContain('which restores the objects it changes itself');
  });

  test('without consent, and where something is wrong with the line, nothing is written', async (context) => {
    const { run, writes } = await openWorkspace(context, { seed: canarySeed(), files: {} });
    for (const [args, code, exitCode] of [
      [learn(), 'CONSENT_REQUIRED', 4],
      [['doctor', '--learn', '--yes'], 'USAGE', 3],
      [['doctor', '--learn', '--yes', '--canary', 'page:/x'], 'USAGE', 3],
      [['doctor', '--learn', '--yes', '--canary', 'offer:/a', '--canary', 'add_on:/b'], 'USAGE', 3],
      [['doctor', '--learn', '--yes', '--canary', 'offer:/offers2/None'], 'ITEM_NOT_FOUND', 3],
      [['doctor', '--yes'], 'USAGE', 3],
    ] as const) {
      const ended = await run([...args, '--format', 'json']);
      expect({ args, exitCode: ended.exitCode, document: parseDocument(ended) }).toMatchObject({
        args,
        exitCode,
        document: { error: { code } },
      });
    }
    expect(writes()).toEqual([]);
  });

  test('an object that cannot be put back is told loudly, with the file that holds it, and ends with 6', async (context) => {
    const { run, root } = await openWorkspace(context, {
      seed: canarySeed(),
      dialect: { bulkUpdate: { wrapper: 'attributes', removal: 'unsupported' } },
      files: {},
    });
    const ended = await run(learn('--yes', '--format', 'json'));
    const { canaries } = parseDocument(ended) as {
      canaries: { restored: boolean; notRestored: string[]; savedFile: string }[];
    };
    expect(canaries[0]).toMatchObject({ restored: false, notRestored: ['/data/description__limio'] });
    expect(JSON.parse(readFileSync(join(root, canaries[0]?.savedFile ?? ''), 'utf8'))).toMatchObject({
      path: '/offers2/Scratch',
      data: { attributes: { description__limio: 'For trials' } },
    });
    expect(ended.exitCode).toBe(6);
    expect(existsSync(join(root, FILE))).toBe(true);
  });

  test('killed in the middle: the next one says so, and puts the object back to what it was before the first', async (context) => {
    const { run, start, tenant } = await openWorkspace(context, {
      seed: canarySeed(),
      files: {},
      faults: [{ operation: 'bulk-update', after: 1, times: 1, fault: 'no-answer', when: 'before' }],
    });
    const before = managedState(tenant);
    const first = start(learn('--yes'));
    await waitUntil(() => tenant.log().some(({ faults }) => faults !== undefined));
    first.signal('SIGKILL');
    await first.ended;
    expect(managedState(tenant)).not.toEqual(before);
    const second = await run(learn('--yes'));
    expect(second.stderr).toMatch(
      /^The doctor .* ended without a result, with 1 write in flight:\n {2}offer:\/offers2\/Scratch: it was being tested/,
    );
    expect(
      mask(second.stdout)
        .replace(/\s+/g, ' ')
        .match(/changed by the crashed run RUN; its values from before that run will be restored/g),
    ).toHaveLength(1);
    expect(second.exitCode).toBe(0);
    expect(managedState(tenant)).toEqual(before);
  });
});

describe('what limio-sync doctor --learn refuses', () => {
  test.each([
    ['a protected environment', { protected: true }, 'PROTECTED'],
    ['a protected object', { protect: ['offer:*'] }, 'PROTECTED_ADDRESS'],
    ['a freeze', { freeze: [{ from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', reason: 'Audit' }] }, 'FREEZE'],
  ])('nothing is tried on %s, whatever is consented to', async (_name, environment, code) => {
    const { run, writes } = await openWorkspace({ onTestFinished }, { seed: canarySeed(), environment, files: {} });
    const ended = await run(learn('--yes', '--format', 'json'));
    expect(parseDocument(ended)).toMatchObject({ error: { code } });
    expect({ exitCode: ended.exitCode, writes: writes() }).toEqual({ exitCode: 4, writes: [] });
  });
});

describe('dialects/<environment>.json', () => {
  test('of another tenant is refused, and limio.config wins over it', async (context) => {
    const { run, root, tenant } = await openWorkspace(context, {
      seed: canarySeed(),
      dialect: ODD,
      files: { 'catalog/a.yaml': OFFER },
      environment: { dialect: { bulkUpdate: { wrapper: 'bare' } } },
    });
    const learned = await run(learn('--yes'));
    expect(learned.stdout).toContain('limio.config has bare, which takes precedence: remove it there');
    expect((await run('apply --yes')).exitCode).toBe(6);
    const file = join(root, FILE);
    writeFileSync(file, readFileSync(file, 'utf8').replace(new URL(tenant.url).host, 'acme.prod.limio.com'));
    const refused = await run('plan');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(
      `was learned from acme.prod.limio.com, but the environment test is ${new URL(tenant.url).host}.`,
    );
  });
});

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
