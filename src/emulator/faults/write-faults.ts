import { matchGlob } from '../../glob/glob.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import { createTenantEdit } from '../edit-tenant.js';
import { getAttributes } from '../item-record.js';
import { readCode } from '../promo-codes.js';
import { answerJson, parseJson } from '../route.js';
import { type Tenant, withoutEffect } from '../tenant.js';
import type { Fault, FaultCall, Refusals, Rewrite, Served } from './fault-rules.js';

/** Some items of a bulk-update are rejected, the others are applied (API reference, section 4). */
export function serveRefusedItems(fault: Extract<Fault, { fault: 'refused-items' }>, call: FaultCall): Served {
  const body = parseJson(call.request.bodyText);
  const diffs = isJsonObject(body) ? getOwn(body, 'diffs') : undefined;
  if (!isJsonObject(body) || !Array.isArray(diffs)) return { answer: call.run(), fired: false };
  const refused = diffs.filter((diff, place) =>
    fault.paths === undefined ? place === 0 : fault.paths.some((pattern) => matchGlob(pattern, readPath(diff))),
  );
  if (refused.length === 0) return { answer: call.run(), fired: false };
  const accepted = diffs.filter((diff) => !refused.includes(diff));
  // Token and body are checked as usual, even if every item is rejected.
  const answer =
    accepted.length === 0
      ? withoutEffect(call.tenant, call.run)
      : call.run({ ...call.request, bodyText: JSON.stringify({ ...body, diffs: accepted }) });
  if (answer.status !== 200 || !('json' in answer) || !isJsonObject(answer.json)) return { answer, fired: false };
  const already = accepted.length === 0 ? [] : [getOwn(answer.json, 'failed') ?? []].flat();
  const failed = formatRefusals(refused, diffs, fault.shape ?? 'object');
  return {
    answer: answerJson({
      success: `${accepted.length - already.length} items updated`,
      failed: Array.isArray(failed) ? [...already, ...failed] : failed,
    }),
    fired: true,
  };
}

/** The shape of the elements of `failed` is not documented, so a client must handle all of these. */
function formatRefusals(refused: readonly Json[], diffs: readonly Json[], shape: Refusals): Json {
  if (shape === 'not-an-array') return `Failed: ${refused.map(readPath).join(', ')}`;
  return refused.map((diff, index): Json => {
    const path = readPath(diff);
    const message = 'The item could not be updated';
    const shapes: Record<Exclude<Refusals, 'mixed' | 'not-an-array'>, Json> = {
      path,
      object: { path, message },
      error: { item: { path }, error: { message, code: 'CONFLICT' } },
      message: `${path}: ${message}`,
      number: diffs.indexOf(diff),
      null: null,
    };
    if (shape !== 'mixed') return shapes[shape];
    return Object.values(shapes)[index % Object.keys(shapes).length] ?? null;
  });
}

function readPath(diff: Json): string {
  const path: Json | undefined = isJsonObject(diff) ? getOwn(diff, 'path') : undefined;
  return typeof path === 'string' ? path : '';
}

/** A value that a write changed, and how to set it to another one. */
interface Written {
  key: string;
  value: Json;
  set: (value: Json) => void;
}

/**
 * The tenant accepts a write but stores another value. In each written object this is the first changed
 * value that the rewrite affects, or the one under `key`.
 */
export function serveRewrittenValue(
  fault: Extract<Fault, { fault: 'rewritten-value' }>,
  { tenant, run }: FaultCall,
): Served {
  const before = {
    items: new Map(tenant.items),
    journeys: new Map(tenant.journeys),
    promoCodes: new Map(tenant.promoCodes),
  };
  const answer = run();
  let fired = false;
  for (const written of listWritten(tenant, before)) {
    const found = written
      .filter(({ key }) => fault.key === undefined || key === fault.key)
      .map((one) => ({ ...one, rewritten: rewrite(one.value, fault.rewrite) }))
      .find(({ value, rewritten }) => !jsonEqual(value, rewritten));
    found?.set(found.rewritten);
    fired ||= found !== undefined;
  }
  return { answer, fired };
}

function listWritten(tenant: Tenant, before: Pick<Tenant, 'items' | 'journeys' | 'promoCodes'>): Written[][] {
  const edit = createTenantEdit(tenant);
  const items = [...tenant.items.values()].map((item) => {
    const old = before.items.get(item.path);
    return listChanged(old && getAttributes(old), getAttributes(item), (key, value) =>
      edit.item(item.path, { [key]: value }),
    );
  });
  const journeys = [...tenant.journeys.values()].map(({ name, record }) => {
    const old = before.journeys.get(name)?.record.data;
    const set = (key: string, value: Json): void => {
      const rest = Object.entries(record.data).map(([k, v]): [string, Json] => [k, k === key ? value : v]);
      edit.journey(name, Object.fromEntries(rest.filter(([, v]) => v !== null)));
    };
    return listChanged(old, record.data, set);
  });
  const promoCodes = [...tenant.promoCodes.values()].map(({ record }) =>
    listChanged(
      before.promoCodes.get(record.id)?.record.data,
      record.data,
      (key, value) => edit.promoCode(readCode(record.data), { [key]: value }),
      // Another promoCode would be another object.
    ).filter(({ key }) => key !== 'promoCode'),
  );
  return [...items, ...journeys, ...promoCodes].filter((written) => written.length > 0);
}

function listChanged(old: JsonObject | undefined, now: JsonObject, set: (key: string, value: Json) => void): Written[] {
  if (old === now) return [];
  return Object.entries(now)
    .filter(([key, value]) => !jsonEqual(old && getOwn(old, key), value))
    .map(([key, value]) => ({ key, value, set: (other) => set(key, other) }));
}

/** Null, which removes a key, for `drop-key`. Otherwise changes texts and arrays at any depth. */
function rewrite(value: Json, how: Rewrite): Json {
  if (how === 'drop-key') return null;
  if (typeof value === 'string')
    return how === 'trim' ? value.trim() : how === 'upper-case' ? value.toUpperCase() : value;
  if (Array.isArray(value)) {
    const parts = value.map((part) => rewrite(part, how));
    return how === 'reorder' ? parts.toReversed() : parts;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rewrite(part, how)]));
}
