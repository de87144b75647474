import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { warnOwned } from '../../src/cli/validate/validate.js';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { formatState } from '../../src/drift/state.js';
import type { AppliedState } from '../../src/model/drift.js';
import { validateSources } from '../../src/source/source.js';
import { runInProcess } from './support/run-in-process.js';

const FILE = 'catalog/a.yaml';
const files = [
  {
    path: FILE,
    text: 'kind: offer\npath: /offers2/A\nattributes:\n  badge_text__limio: New\n  price__limio:\n    - name: a\n      label: A\n',
  },
  {
    path: 'overlays/prod/a.yaml',
    overlay: 'prod',
    text: 'kind: offer\npath: /offers2/A\nattributes:\n  badge_text__limio: Newer\n',
  },
  { path: 'catalog/b.yaml', text: 'kind: promo_code\npromoCode: B\nonly: prod\ndescription: x\n' },
];
const config = parseConfig(
  {
    ownership: { app: ['offer:*#/attributes/badge_text__limio'] },
    environments: {
      sandbox: { tenant: 'x', ownership: { server: ['offer:*#/attributes/price__limio/a/label'] } },
      prod: { tenant: 'y', ownership: { app: ['promo_code:*'] } },
    },
  },
  'limio.config.json',
);
const environments = ['sandbox', 'prod'].map((name) => resolveEnvironment(config, name));
const check: Parameters<typeof warnOwned>[0]['check'] = (texts, some) =>
  validateSources(texts, {
    environments: some.map(({ name, vars }) => ({ name, vars })),
    environmentNames: ['sandbox', 'prod'],
  });

test('declared fields that the app or the server owns are reported once a place, unless one environment uses them', () => {
  const why = 'has no effect: by "ownership" of the configuration it belongs to the';
  expect(
    warnOwned({ environments, files, check }).map(
      ({ file, line, col, severity, code, message }) => `${file}:${line}:${col} ${severity} ${code} ${message}`,
    ),
  ).toEqual([
    `catalog/a.yaml:4:3 warning OWNED_ELSEWHERE This field ${why} app in sandbox.`,
    `overlays/prod/a.yaml:4:3 warning OWNED_ELSEWHERE This field ${why} app in prod.`,
    `catalog/b.yaml:1:1 warning OWNED_ELSEWHERE This object ${why} app in prod.`,
  ]);
  const [sandbox] = environments;
  expect(warnOwned({ environments: sandbox ? [sandbox] : [], files, check }).map(({ message }) => message)).toEqual([
    `This field ${why} app.`,
    `This field ${why} server.`,
  ]);
});

test('after a rename is applied in every environment, validate says that the line can go', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'limio-sync-validate-'));
  const save = (environment: string, host: string, objects: AppliedState['objects']): void => {
    const last = {
      command: 'apply' as const,
      at: '2026-11-22T12:00:00.000Z',
      toolVersion: '0.1.0',
      fingerprint: 'f',
      filesHash: 'h',
      complete: true,
      verified: true,
    };
    const state = { kind: 'limio-sync/state', formatVersion: 1, environment, host, last, objects } as const;
    writeFileSync(join(cwd, '.limio/state', `${environment}.json`), formatState(state));
  };
  const validate = async (): Promise<string[]> => {
    const { stdout } = await runInProcess('validate --format json', { cwd });
    const { problems } = JSON.parse(stdout) as { problems: { code: string; line: number; message: string }[] };
    return problems.map(({ code, line, message }) => `${line} ${code} ${message}`);
  };
  try {
    for (const folder of ['journeys', '.limio/state']) mkdirSync(join(cwd, folder), { recursive: true });
    const settings = { environments: { a: { tenant: 'x' }, b: { tenant: 'y' } } };
    writeFileSync(join(cwd, 'limio.config.json'), JSON.stringify(settings));
    const file = 'kind: journey\nname: new\nmoved_from: old\nstarting_point: /a/\nfallback_tag: /b/\njourneys: []\n';
    writeFileSync(join(cwd, 'journeys/new.yaml'), file);
    const [a, b] = ['a', 'b'].map((name) => resolveEnvironment(parseConfig(settings, 'x.json'), name).host);
    if (a === undefined || b === undefined) throw new Error('no hosts');
    expect(await validate()).toEqual([]);
    save('a', a, { 'journey:new': { body: {} } });
    expect(await validate()).toEqual([]);
    save('b', b, { 'journey:old': { body: {} }, 'journey:new': { body: {} } });
    expect(await validate()).toEqual([]);
    save('b', b, { 'journey:new': { body: {}, open: 'failed' } });
    expect(await validate()).toEqual([]);
    save('b', b, { 'journey:new': { body: {} } });
    expect(await validate()).toEqual(['3 MOVED_DONE Every environment has the new name and no longer journey:old.']);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
