import { describe, expect, test } from 'vitest';
import type { Address } from '../../src/model/address.js';
import type { Problem } from '../../src/model/problem.js';
import { checkEverywhere } from '../../src/source/check.js';
import type { SourceContext, SourceText } from '../../src/source/documents.js';
import { parseDocuments } from '../../src/source/parse.js';
import { type ValidatedSources, validateSources } from '../../src/source/source.js';

const SANDBOX = { name: 'sandbox', vars: { price: '0.01', shop: 'sandbox.example.com', key: '${secret:KEY}' } };
const PROD = { name: 'prod', vars: { price: '12.99', shop: 'example.com', key: '${secret:KEY}' } };
const OFFER = 'offer:/offers2/Digital Monthly' as Address;

const BASE = `kind: offer
path: /offers2/Digital Monthly
attributes:
  badge_text__limio: New
  display_price__limio: £\${vars.price} a month
  term__limio: { length: 1, type: months }
  label__limio: [digital, monthly]
`;

const base = (text: string = BASE, path = 'catalog/a.yaml'): SourceText => ({ path, text });
const overlay = (environment: string, text: string, path = `overlays/${environment}/a.yaml`): SourceText => ({
  path,
  text,
  overlay: environment,
});
const over = (attributes: string): string => `kind: offer\npath: /offers2/Digital Monthly\nattributes:\n${attributes}`;
const promo = (fields: string): string => `kind: promo_code\npromoCode: SPRING25\n${fields}\n`;

function validate(sources: SourceText[], context: SourceContext = { environments: [SANDBOX, PROD] }): ValidatedSources {
  return validateSources(sources, context);
}

/** `file:line:col CODE` of each problem. */
function list(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, col, code }) => `${file}:${line}:${col} ${code}`);
}

const refer = (name: string) =>
  `kind: offer\npath: /offers2/From\nattributes: { upgrade_offers__limio: [ { path: "/offers2/${name}" } ] }\n`;
const inEach = (text: string): string[][] =>
  [SANDBOX, PROD].map((environment) =>
    validate([base(text)], { environments: [environment], environmentNames: ['sandbox', 'prod'] }).resources.map(
      ({ address }) => address,
    ),
  );
const see = (environment: string, values: Record<string, string>) => ({
  environment,
  values: new Map(Object.entries(values)),
});
const attributesOf = ({ resources }: ValidatedSources): unknown => resources.map(({ body }) => body['attributes']);

describe('an overlay', () => {
  const sources = [
    base(),
    overlay(
      'sandbox',
      over(
        '  badge_text__limio: Try ${vars.shop}\n  term__limio: { length: 2 }\n  label__limio: [trial]\n  cta_text__limio: Go\n',
      ),
    ),
  ];

  test('is merged over the base in its own environment, before variables are filled in', () => {
    const { resources, problems } = validate(sources);
    expect(problems).toEqual([]);
    expect(resources).toMatchObject([
      {
        address: OFFER,
        source: { file: 'catalog/a.yaml', line: 1 },
        body: {
          attributes: {
            badge_text__limio: 'Try sandbox.example.com',
            display_price__limio: '£0.01 a month',
            term__limio: { length: 2, type: 'months' },
            label__limio: ['trial'],
            cta_text__limio: 'Go',
          },
        },
      },
    ]);
  });

  test('is nothing to another environment', () => {
    const context = { environments: [PROD], environmentNames: ['sandbox', 'prod'] };
    expect(attributesOf(validate(sources, context))).toEqual(attributesOf(validate([base()], context)));
    // Not even its YAML is looked at.
    expect(validate([base(), overlay('sandbox', '{')], context).problems).toEqual([]);
  });

  test('with null takes a key out of the base: it is not managed; null in the base clears', () => {
    const cleared = base('kind: offer\npath: /offers2/Digital Monthly\nattributes: { badge_text__limio: null }\n');
    expect(
      attributesOf(
        validate([
          base(),
          overlay('sandbox', over('  badge_text__limio: null\n  term__limio: null\n  display_price__limio: null\n')),
        ]),
      ),
    ).toEqual([{ label__limio: ['digital', 'monthly'] }]);
    expect(attributesOf(validate([cleared]))).toEqual([{ badge_text__limio: null }]);
    expect(attributesOf(validate([cleared, overlay('sandbox', over('  badge_text__limio: null\n'))]))).toEqual([{}]);
    expect(attributesOf(validate([cleared, overlay('sandbox', over('  badge_text__limio: Hi\n'))]))).toEqual([
      { badge_text__limio: 'Hi' },
    ]);
  });

  test('replaces lists whole, and null in their elements still clears', () => {
    const prices = over('  price__limio: [ { name: charge_1, value: "1.00", label: null } ]\n');
    const priced = base(
      `${BASE}  price__limio:\n    - { name: charge_1, value: "12.99", currencyCode: GBP }\n    - { name: charge_2, value: "1.99", currencyCode: GBP }\n`,
    );
    expect(attributesOf(validate([priced, overlay('sandbox', prices)]))).toMatchObject([
      { price__limio: [{ name: 'charge_1', value: '1.00', label: null }] },
    ]);
  });

  test('need not be complete, need not be in one file with one name, and is found by a promo code in any case', () => {
    const codes = base(`${promo('status: true\ndescription: base')}---\nkind: journey\nname: geo\nfallback_tag: /a/\n`);
    const overlays = overlay(
      'sandbox',
      'kind: journey\nname: geo\nfallback_tag: /b/\n---\nkind: promo_code\npromoCode: spring25\ndescription: over\n',
    );
    const { resources, problems } = validate([codes, overlays]);
    expect(problems).toEqual([]);
    expect(resources.map(({ body }) => body)).toEqual([
      { fallback_tag: '/b/' },
      { promoCode: 'SPRING25', status: true, description: 'over' },
    ]);
  });

  test('finds its base by variables, in each environment anew', () => {
    const environments = ['a', 'b'].map((name) => ({ name, vars: { code: `CODE${name}` } }));
    const sourcesByVariable = [
      base('kind: promo_code\npromoCode: ${vars.code}\n'),
      overlay('a', 'kind: promo_code\npromoCode: CODEA\nstatus: false\n'),
      overlay('b', 'kind: promo_code\npromoCode: ${vars.code}\nstatus: true\n'),
    ];
    const bodies = environments.map((environment) =>
      validate(sourcesByVariable, { environments: [environment], environmentNames: ['a', 'b'] }).resources.map(
        ({ body }) => body,
      ),
    );
    expect(bodies).toEqual([[{ promoCode: 'CODEA', status: false }], [{ promoCode: 'CODEB', status: true }]]);
  });
});

describe('problems with an overlay', () => {
  test('stand in the file that supplied the value, for every environment at once', () => {
    const sources = [
      base(`${BASE}  best_value__limio: maybe\n`),
      overlay(
        'sandbox',
        over('  badge_text__limio: ${vars.nope}\n  labl__limio: [x]\n  term__limio:\n    length: much\n'),
      ),
      overlay('prod', `${over('  label__limio: digital\n')}atributes: {}\n`),
    ];
    expect(list(validate(sources).problems)).toEqual([
      'catalog/a.yaml:8:22 WRONG_TYPE',
      'overlays/prod/a.yaml:4:17 WRONG_TYPE',
      'overlays/prod/a.yaml:5:1 UNKNOWN_KEY',
      'overlays/sandbox/a.yaml:4:22 VARIABLE_UNKNOWN',
      'overlays/sandbox/a.yaml:5:3 ATTRIBUTE_MISSPELT',
      'overlays/sandbox/a.yaml:7:13 WRONG_TYPE',
    ]);
  });

  test('of base and overlay together stand where the rule looks, and name the overlay when that is the base', () => {
    const dates = validate([
      base(promo('promoStartDate: 2026-05-01\npromoExpiryDate: 2026-06-01')),
      overlay('prod', promo('promoStartDate: 2026-07-01')),
    ]).problems;
    expect(list(dates)).toEqual(['catalog/a.yaml:4:18 PROMO_DATES']);
    expect(dates[0]?.related).toEqual([
      { file: 'overlays/prod/a.yaml', line: 1, col: 1, message: 'This overlay is merged over it.' },
    ]);
  });

  test('what an overlay takes away that a resource needs is missed in the overlay', () => {
    expect(
      list(
        validate([base(), overlay('sandbox', 'kind: offer\npath: /offers2/Digital Monthly\nattributes: null\n')])
          .problems,
      ),
    ).toEqual(['overlays/sandbox/a.yaml:3:13 MISSING_KEY']);
  });

  test('a variable of the base that the overlay replaces need not have a value', () => {
    const sources = [
      base('kind: promo_code\npromoCode: SPRING25\ndescription: ${vars.text}\n'),
      overlay('prod', promo('description: Hello')),
    ];
    const { problems } = validate(sources);
    expect(problems.map(({ message, line }) => [line, message])).toEqual([
      [3, 'The environment "sandbox" has no variable "text".'],
    ]);
  });

  test('a reference that two environments lack is told once, although one has an overlay', () => {
    const sources = [base(promo('description: ${vars.text}\nstatus: true')), overlay('prod', promo('status: false'))];
    expect(validate(sources).problems.map(({ message }) => message)).toEqual([
      'The environments "sandbox" and "prod" have no variable "text".',
    ]);
  });

  test.each<[string, string, string, string | undefined]>([
    [
      'kind: offer\npath: /offers2/Digital Montly\n',
      '2:7 OVERLAY_BASE',
      'No file declares offer:/offers2/Digital Montly.',
      'Did you mean offer:/offers2/Digital Monthly?',
    ],
    [
      'kind: offer\n',
      '1:1 MISSING_KEY',
      'The overlay does not say which resource it changes: the key "path" is missing.',
      undefined,
    ],
    [
      'path: /offers2/Digital Monthly\n',
      '1:1 KIND_MISSING',
      'The document has no "kind".',
      'The kinds are tag, product, add_on, offer, campaign, page, segment, promo_code, journey.',
    ],
    [
      'kind: ofer\npath: /offers2/Digital Monthly\n',
      '1:7 KIND_UNKNOWN',
      'There is no kind "ofer".',
      'Did you mean "offer"?',
    ],
    [
      '- 1\n',
      '1:1 NOT_A_MAPPING',
      'The overlay is not a mapping of keys and values.',
      'An overlay begins with "kind:".',
    ],
    [
      'kind: offer\npath: /offers2/Digital Monthly\nonly: sandbox\n',
      '3:1 ENVIRONMENT_CHOICE',
      'An overlay cannot have "only": its folder names the environment.',
      'Move it to the document that declares the resource.',
    ],
    [
      'kind: offer\npath: /offers2/${vars.nope}\n',
      '2:7 VARIABLE_UNKNOWN',
      'The environment "sandbox" has no variable "nope".',
      'Add it to "vars" of the environment in limio.config.',
    ],
    [
      'kind: offer\npath: "/offers2/${vars.key}"\n',
      '2:7 SECRET_REFERENCE',
      '"path" identifies the object, so it cannot be a secret.',
      'Use a variable that is not a secret.',
    ],
  ])('%j is %s', (text, place, message, hint) => {
    const [problem, ...others] = validate([base(), overlay('sandbox', text)]).problems.filter(
      ({ code }, _, all) => code !== 'OVERLAY_BASE' || all.length === 1,
    );
    expect([`${problem?.line}:${problem?.col} ${problem?.code}`, problem?.message, problem?.hint, others]).toEqual([
      place,
      message,
      hint,
      [],
    ]);
  });

  test('two overlays for one resource are an error with both places', () => {
    const sources = [
      base(),
      overlay('sandbox', over('  badge_text__limio: A\n')),
      overlay('sandbox', over('  badge_text__limio: B\n'), 'overlays/sandbox/b.yaml'),
    ];
    const { problems } = validate(sources);
    expect(list(problems)).toEqual(['overlays/sandbox/b.yaml:2:7 OVERLAY_DUPLICATE']);
    expect(problems[0]?.related).toMatchObject([{ file: 'overlays/sandbox/a.yaml', line: 2, col: 7 }]);
  });

  test('an overlay over broken YAML is not called baseless, and broken YAML in an overlay is told', () => {
    expect(
      list(validate([base(`${BASE}attributes: {}\n`), overlay('sandbox', over('  badge_text__limio: A\n'))]).problems),
    ).toEqual(['catalog/a.yaml:8:1 YAML_DUPLICATE_KEY']);
    expect(
      list(validate([base(), overlay('sandbox', 'kind: offer\n__proto__: {}\npath: &a [*a]\n')]).problems),
    ).toEqual(['overlays/sandbox/a.yaml:2:1 FORBIDDEN_KEY', 'overlays/sandbox/a.yaml:3:11 YAML_ALIAS']);
  });

  test('folders are named like environments: one problem a folder, with the nearest name', () => {
    const sources = [
      base(),
      overlay('prdo', '{'),
      overlay('prdo', '', 'overlays/prdo/b.yaml'),
      overlay('', BASE, 'overlays/a.yaml'),
    ];
    expect(validate(sources).problems.map(({ file, code, hint }) => [file, code, hint])).toEqual([
      ['overlays/a.yaml', 'OVERLAY_PLACE', 'Move it to overlays/<environment>/.'],
      ['overlays/prdo/a.yaml', 'OVERLAY_PLACE', 'Did you mean "prod"?'],
    ]);
  });

  test('without a configuration no folder is one of an environment', () => {
    expect(
      validate([base(promo('')), overlay('prod', promo(''))], { environments: [] }).problems.map(
        ({ code, message }) => [code, message],
      ),
    ).toEqual([
      [
        'OVERLAY_PLACE',
        'Without a limio.config there is no environment "prod". Nothing uses the overlays in the folder "prod".',
      ],
    ]);
  });
});

describe('only and except', () => {
  test.each<[string, string[][]]>([
    ['', [['promo_code:SPRING25'], ['promo_code:SPRING25']]],
    ['only: [sandbox]', [['promo_code:SPRING25'], []]],
    ['only: sandbox', [['promo_code:SPRING25'], []]],
    ['only: [sandbox, prod]', [['promo_code:SPRING25'], ['promo_code:SPRING25']]],
    ['except: sandbox', [[], ['promo_code:SPRING25']]],
    ['except: [prod]', [['promo_code:SPRING25'], []]],
  ])('%s decides where a resource is declared', (line, expected) => {
    expect(inEach(promo(line))).toEqual(expected);
  });

  test('are not part of the resource', () => {
    const text = `${promo('only: sandbox')}---\nkind: offer\npath: /offers2/A\nattributes: {}\nexcept: prod\n---\nkind: journey\nname: j\nfallback_tag: /a/\nonly: [sandbox]\n`;
    expect(validate([base(text)]).resources.map(({ body }) => body)).toEqual([
      { fallback_tag: '/a/' },
      { attributes: {} },
      { promoCode: 'SPRING25' },
    ]);
  });

  test.each<[string, string[], string | undefined]>([
    ['only: [sandbx]', ['4:8'], 'Did you mean "sandbox"?'],
    ['except: [prod, staging]', ['4:16'], 'The environments are sandbox, prod.'],
    ['only: ["${vars.shop}"]', ['4:8'], 'The environments are sandbox, prod.'],
    ['only: []', ['4:7'], undefined],
    [
      'only: null',
      ['4:7'],
      'Only a field that can be cleared takes null. To leave the field unmanaged, remove the key.',
    ],
    ['only: 5', ['4:7'], 'Quote it: "5"'],
    ['except: [prod, sandbox]', ['4:1'], 'Exclude fewer environments, or remove the document.'],
    ['onyl: sandbox', ['4:1'], 'Did you mean "only"?'],
  ])('%s is an error', (line, places, hint) => {
    const { problems } = validate([base(promo(`status: true\n${line}`))]);
    expect([
      problems.map((problem) => `${problem.line}:${problem.col}`),
      problems[0]?.severity,
      problems[0]?.hint,
    ]).toEqual([places, 'error', hint]);
  });

  test('a misspelt environment hides no other mistake of the document', () => {
    expect(list(validate([base(promo('stauts: true\nonly: [sandbx]'))]).problems)).toEqual([
      'catalog/a.yaml:3:1 UNKNOWN_KEY',
      'catalog/a.yaml:4:8 ENVIRONMENT_NAME',
    ]);
  });

  test('what is left out of an environment is not checked there', () => {
    const text = promo('only: sandbox\ndescription: ${vars.only_sandbox}');
    const sandbox = { name: 'sandbox', vars: { only_sandbox: 'x' } };
    expect(validate([base(text)], { environments: [sandbox, PROD] }).problems).toEqual([]);
  });

  test('one address may be declared twice for different environments, and not for the same', () => {
    expect(validate([base(`${promo('only: sandbox')}---\n${promo('except: sandbox')}`)]).problems).toEqual([]);
    expect(list(validate([base(`${promo('only: sandbox')}---\n${promo('except: prod')}`)]).problems)).toEqual([
      'catalog/a.yaml:6:12 DUPLICATE_ADDRESS',
    ]);
  });

  test('a reference to what another environment declares is not taken for a slip', () => {
    const declared =
      'kind: offer\npath: /offers2/Digital Annual\nattributes: {}\n---\nkind: offer\npath: /offers2/Digital Anual\nattributes: {}\nonly: sandbox\n---\n';
    expect(validate([base(declared + refer('Digital Anual'))]).problems).toEqual([]);
    expect(list(validate([base(declared + refer('Digital Annnual'))]).problems)).toEqual([
      'catalog/a.yaml:12:48 REFERENCE_MISSPELT',
    ]);
  });

  test('an overlay for an environment that leaves the resource out is explained', () => {
    const { problems } = validate([base(promo('only: sandbox')), overlay('prod', promo('status: true'))]);
    expect(problems).toMatchObject([
      {
        file: 'overlays/prod/a.yaml',
        line: 2,
        code: 'OVERLAY_BASE',
        message: 'promo_code:SPRING25 is not declared in the environment "prod".',
        related: [{ file: 'catalog/a.yaml', line: 3, col: 7, message: '"only" excludes "prod".' }],
      },
    ]);
  });
});

describe('the origin of a value', () => {
  const context = { environments: [SANDBOX], environmentNames: ['sandbox', 'prod'], env: { CI_BRANCH: 'main' } };
  const { findOrigin, locate } = validate(
    [
      base(),
      overlay(
        'sandbox',
        over(
          '  badge_text__limio: ${vars.shop} at ${env.CI_BRANCH}, ${vars.shop}\n  label__limio: [trial, "${vars.key}"]\n  display_price__limio: null\n  term__limio: { length: 2 }\n',
        ),
      ),
    ],
    context,
  );

  test.each<[string, string, 'document' | 'overlay', unknown]>([
    ['', 'catalog/a.yaml:1:1', 'document', expect.objectContaining({ kind: 'offer' })],
    ['/path', 'catalog/a.yaml:2:7', 'document', '/offers2/Digital Monthly'],
    ['/attributes', 'catalog/a.yaml:4:3', 'document', expect.anything()],
    ['/attributes/term__limio', 'catalog/a.yaml:6:16', 'document', { length: 1, type: 'months' }],
    ['/attributes/term__limio/type', 'catalog/a.yaml:6:35', 'document', 'months'],
    ['/attributes/term__limio/length', 'overlays/sandbox/a.yaml:7:26', 'overlay', 2],
    ['/attributes/label__limio/1', 'overlays/sandbox/a.yaml:5:25', 'overlay', '${vars.key}'],
    // Taken out by the overlay.
    ['/attributes/display_price__limio', 'overlays/sandbox/a.yaml:6:25', 'overlay', null],
    // Held by no file: the nearest object above.
    ['/attributes/cta_text__limio', 'catalog/a.yaml:4:3', 'document', undefined],
    ['/attributes/label__limio/5', 'overlays/sandbox/a.yaml:5:17', 'overlay', undefined],
  ])('at %j is %s in the %s', (pointer, place, layer, raw) => {
    const origin = findOrigin(OFFER, pointer);
    const { position: { file, line, col } = { file: '', line: 0, col: 0 } } = origin ?? {};
    expect([`${file}:${line}:${col}`, origin?.layer, origin?.raw]).toEqual([place, layer, raw]);
    expect(locate(OFFER, pointer)).toEqual(origin?.position);
    expect(origin?.document.derivation).toBeUndefined();
    expect(origin?.document.file.path).toBe(file);
  });

  test('has the template, and each variable once with its source', () => {
    expect(findOrigin(OFFER, '/attributes/badge_text__limio')).toMatchObject({
      template: '${vars.shop} at ${env.CI_BRANCH}, ${vars.shop}',
      variables: [
        { reference: 'vars.shop', source: 'vars' },
        { reference: 'env.CI_BRANCH', source: 'env' },
      ],
    });
    expect(findOrigin(OFFER, '/attributes/label__limio/1')?.variables).toEqual([
      { reference: 'vars.key', source: 'secret' },
    ]);
    expect(findOrigin(OFFER, '/attributes/label__limio/0')).not.toHaveProperty('template');
    expect(findOrigin('offer:/offers2/Other')).toBeUndefined();
  });
});

describe('checks', () => {
  test('are made once for environments in which a document reads the same', () => {
    const [document] = parseDocuments('a.yaml', promo('description: ${vars.shop}\nstatus: ${vars.on}')).documents;
    const [other] = parseDocuments('a.yaml', promo('')).documents;
    const environments = [
      see('a', { shop: 'x', own: '1' }),
      see('b', { shop: 'x', own: '2' }),
      see('c', { shop: 'x', on: 'y' }),
      see('d', { shop: 'x', on: 'y' }),
    ];
    const [a, b, c, d] = checkEverywhere([document, document, document, document], environments);
    // Each of the first two lacks a variable, and must say so itself.
    expect(new Set([a, b, c, d]).size).toBe(3);
    expect(d).toBe(c);
    expect(checkEverywhere([other, other, undefined, document], environments).map((one) => one?.document)).toEqual([
      other,
      other,
      undefined,
      document,
    ]);
    expect(new Set(checkEverywhere([other, other, other, other], environments)).size).toBe(1);
  });

  test('take time in proportion to the files, whatever they do to one another', () => {
    const count = 1500;
    const many = Array.from({ length: count }, (_, i) => `kind: promo_code\npromoCode: CODE${i}\n`).join('---\n');
    const start = performance.now();
    const { problems } = validate([
      base(many),
      overlay('sandbox', many),
      overlay('prod', many.replaceAll('CODE', 'OTHER')),
    ]);
    expect(problems.filter(({ code }) => code === 'OVERLAY_BASE')).toHaveLength(count);
    // Quadratic work would be minutes.
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});
