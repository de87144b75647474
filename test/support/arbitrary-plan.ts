import * as fc from 'fast-check';
import type { WarningCode } from '../../src/errors/codes.js';
import type { GuardCode } from '../../src/errors/guard-codes.js';
import { type Address, formatAddress, KINDS } from '../../src/model/address.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Change, FieldChange, Guard, Impact, Plan, PublishPlan } from '../../src/model/plan.js';

/** Any text at all, with those that mean something to a terminal, to Markdown or to HTML more often than by chance. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '/offers2/Digital Monthly',
    '`',
    '```',
    '@team',
    '#1',
    '<b>',
    '</script>',
    '__proto__',
    '\u001B[2J',
    '\u202E',
    '| a |',
    '&amp;',
    '1. a',
    '"]',
  ),
);
const name = text.filter((one) => one !== '');
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const textOrNone = fc.option(text, { nil: undefined });

const branch: fc.Arbitrary<Json> = fc.record({
  id: text,
  conditions: fc.array(
    fc.oneof(fc.record({ type: text, values: fc.array(json, { maxLength: 3 }) }), fc.record({ raw: json })),
    { maxLength: 3 },
  ),
  actions: fc.array(
    fc.oneof(fc.record({ destination: text, split: fc.oneof(fc.nat(100), json) }), fc.record({ raw: json })),
    { maxLength: 3 },
  ),
});
const routing = fc
  .dictionary(fc.constantFrom('starting_point', 'fallback_tag', 'domains'), text)
  .chain((body) =>
    fc.array(fc.oneof(branch, json), { maxLength: 4 }).map((journeys): JsonObject => ({ ...body, journeys })),
  );

const field: fc.Arbitrary<FieldChange> = fc.record(
  {
    path: fc.array(text, { maxLength: 3 }).map((segments) => segments.map((one) => `/${one}`).join('')),
    before: fc.oneof(text, json, branch, fc.array(json, { maxLength: 3 })),
    after: fc.oneof(text, json, branch, fc.array(json, { maxLength: 3 })),
    show: fc.constantFrom('value', 'text', 'html', 'set', 'order', 'routing'),
  },
  { requiredKeys: ['path', 'show'] },
);

const change: fc.Arbitrary<Change> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    name,
    action: fc.constantFrom('create' as const, 'update' as const, 'delete' as const),
    reason: text,
    fields: fc.array(field, { maxLength: 5 }),
    routing: fc.option(fc.record({ before: routing, after: routing }, { requiredKeys: [] }), { nil: undefined }),
    file: textOrNone,
    table: textOrNone,
    risk: fc.constantFrom('low' as const, 'high' as const),
  })
  .map(({ kind, name: own, routing: branches, file, table, ...facts }) => ({
    ...facts,
    kind,
    address: formatAddress(kind, own),
    ...(branches === undefined ? {} : { routing: branches }),
    ...(file === undefined
      ? {}
      : {
          source: { file, line: 1, col: 1, ...(table === undefined ? {} : { row: { file: table, line: 2, col: 1 } }) },
        }),
    patch: [],
    dependsOn: [],
  }));

/** A saved plan may hold any text as a code. */
const anyCode = text as fc.Arbitrary<GuardCode & WarningCode>;

/** Any plan with at most `most` changes, which the planner would not need to be able to make. */
export function arbitraryPlan(most = 15): fc.Arbitrary<Plan> {
  return fc.uniqueArray(change, { selector: ({ address }) => address, maxLength: most }).chain((changes) => {
    const addresses = fc.subarray(changes.map(({ address }) => address));
    return fc
      .record({
        environment: name,
        host: text,
        protected: fc.boolean(),
        commit: textOrNone,
        guards: fc.array(guard(addresses), { maxLength: 4 }),
        impact: impact(addresses),
        publish: publish(addresses),
        warnings: fc.array(fc.record({ code: anyCode, message: text }), { maxLength: 3 }),
        unmanaged: fc.dictionary(fc.constantFrom(...KINDS), fc.array(text, { maxLength: 3 })),
      })
      .map(({ commit, ...facts }) => buildPlan(changes, facts, commit));
  });
}

type Facts = Pick<
  Plan,
  'environment' | 'host' | 'protected' | 'guards' | 'impact' | 'publish' | 'warnings' | 'unmanaged'
>;

function buildPlan(changes: Change[], facts: Facts, commit: string | undefined): Plan {
  const count = (action: Change['action']): number => changes.filter((one) => one.action === action).length;
  const stopped = new Set(facts.guards.flatMap(({ addresses }) => addresses));
  return {
    kind: 'limio-sync/plan',
    formatVersion: 1,
    toolVersion: '0.0.0',
    ...facts,
    ...(commit === undefined ? {} : { commit }),
    scope: {},
    filesHash: '0'.repeat(64),
    changes,
    levels: [changes.map(({ address }) => address)],
    withheld: changes
      .filter(({ address }) => stopped.has(address))
      .map(({ address, action }) => ({ address, action, reason: 'FREEZE' })),
    summary: {
      create: count('create'),
      update: count('update'),
      delete: count('delete'),
      unchanged: 3,
      withheld: stopped.size,
    },
    fingerprint: '0'.repeat(64),
  };
}

function guard(addresses: fc.Arbitrary<Address[]>): fc.Arbitrary<Guard> {
  return fc.record(
    {
      code: anyCode,
      message: text,
      value: text,
      limit: text,
      hint: text,
      addresses,
      consent: fc.record({ flag: text, value: text }),
    },
    { requiredKeys: ['code', 'message', 'addresses'] },
  );
}

function impact(addresses: fc.Arbitrary<Address[]>): fc.Arbitrary<Impact> {
  const money = fc.record({ amount: text, currency: text, interval: text });
  const texts = fc.array(text, { maxLength: 3 });
  return fc.record({
    prices: fc.array(
      fc.record(
        {
          before: money,
          after: money,
          percent: text,
          addresses,
          routes: texts,
          journeys: addresses,
          promoCodes: addresses,
        },
        { requiredKeys: ['addresses', 'routes', 'journeys', 'promoCodes'] },
      ),
      { maxLength: 3 },
    ),
    usedBy: addresses.chain((used) =>
      fc.tuple(
        ...used.map((address) =>
          fc.array(fc.record({ ref: text, how: text }), { maxLength: 3 }).map((users) => ({ address, users })),
        ),
      ),
    ),
  });
}

function publish(addresses: fc.Arbitrary<Address[]>): fc.Arbitrary<PublishPlan> {
  const texts = fc.array(text, { maxLength: 2 });
  return fc.record({
    pages: fc.array(
      fc.record({
        path: text,
        name: text,
        tags: texts,
        routes: texts,
        buildItems: texts,
        items: addresses,
        reason: fc.constantFrom('changed' as const, 'not-live' as const),
      }),
      { maxLength: 3 },
    ),
    onNoPage: addresses,
  });
}
