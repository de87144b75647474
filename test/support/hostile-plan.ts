import type { WarningCode } from '../../src/errors/codes.js';
import type { GuardCode } from '../../src/errors/guard-codes.js';
import type { Kind } from '../../src/model/address.js';
import { formatPointer, type JsonObject } from '../../src/model/json.js';
import type { Change, Plan } from '../../src/model/plan.js';

/** A plan in which one text stands wherever a plan can hold a text of a tenant, a file or a configuration. */
export function makeHostilePlan(text: string): Plan {
  const money = { amount: text, currency: text, interval: text };
  const changes = (['add_on', 'journey', 'offer', 'product', 'promo_code'] as const).map((kind) =>
    makeChange(kind, text),
  );
  // A saved plan may hold any text as a code.
  const anyCode = text as GuardCode & WarningCode;
  const addresses = changes.map(({ address }) => address);
  return {
    kind: 'limio-sync/plan',
    formatVersion: 1,
    toolVersion: text,
    environment: text,
    host: text,
    protected: true,
    scope: { offer: [text] },
    commit: text,
    filesHash: text,
    changes,
    levels: [addresses],
    publish: {
      pages: [
        {
          path: text,
          name: text,
          tags: [text],
          routes: [text],
          buildItems: [text],
          items: addresses,
          reason: 'not-live',
        },
      ],
      onNoPage: addresses,
    },
    withheld: addresses.map((address) => ({ address, action: 'update', reason: anyCode })),
    unmanaged: { offer: [text] },
    warnings: [
      { code: anyCode, message: text, hint: text },
      { code: anyCode, message: `It is about ${text} and ${text}.` },
    ],
    guards: [
      {
        code: anyCode,
        message: `There is ${text}, and that is too much.`,
        value: text,
        limit: text,
        addresses,
        consent: { flag: text, value: text },
        hint: text,
      },
    ],
    impact: {
      prices: [
        {
          before: money,
          after: { ...money, amount: `${text}1` },
          percent: text,
          addresses,
          routes: [text],
          journeys: addresses,
          promoCodes: addresses,
        },
      ],
      usedBy: [...addresses, `offer:elsewhere ${text}` as const].map((address) => ({
        address,
        users: [{ ref: text, how: text }],
      })),
    },
    summary: { create: 1, update: 3, delete: 1, unchanged: 0, withheld: 5 },
    fingerprint: text,
  };
}

function makeChange(kind: Kind, text: string): Change {
  const action = kind === 'promo_code' ? 'delete' : kind === 'add_on' ? 'create' : 'update';
  const path = formatPointer(['attributes', text, text]);
  const branch: JsonObject = {
    id: text,
    conditions: [{ type: text, values: [text, { toString: 1 }] }, { raw: text }],
    actions: [{ destination: text, split: text }, { [text]: text }],
  };
  const routing: JsonObject = {
    starting_point: text,
    fallback_tag: text,
    journeys: [branch, { ...branch, id: `${text}2` }],
  };
  const fields: Change['fields'] = [
    { path, before: text, after: `${text} more`, show: 'value' },
    {
      path,
      before: `one ${text} two three four five six seven`,
      after: `one ${text} two three 4 five six seven`,
      show: 'text',
    },
    {
      path,
      before: `<p>one ${text} two three four five six seven</p>`,
      after: `<p>one ${text} two three 4 five six seven</p>`,
      show: 'html',
    },
    { path, before: [text], after: [`${text} more`], show: 'set' },
    { path, before: [text, 'a'], after: ['a', text], show: 'order' },
    { path, before: branch, after: [branch], show: 'routing' },
    { path, after: { [text]: [text] }, show: 'value' },
    { path, before: null, after: text, show: 'value' },
  ];
  return {
    address: `${kind}:${text}`,
    kind,
    action,
    reason: text,
    fields: fields.map(({ before, after, ...field }) => ({
      ...field,
      ...(action === 'create' || before === undefined ? {} : { before }),
      ...(action === 'delete' || after === undefined ? {} : { after }),
    })),
    ...(kind === 'journey' ? { routing: { before: routing, after: { ...routing, journeys: [branch] } } } : {}),
    patch: [],
    dependsOn: [],
    source: { file: text, line: 1, col: 1 },
    risk: 'high',
    cause: { side: 'both', overwrites: [path], tenant: { at: text, by: text } },
  };
}
