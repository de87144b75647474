import { expect, test } from 'vitest';
import { warnOwned } from '../../src/cli/validate/validate.js';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { validateSources } from '../../src/source/source.js';

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
