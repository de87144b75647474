import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import { createTenantEdit } from '../edit-tenant.js';
import { getAttributes } from '../item-record.js';
import { readCode } from '../promo-codes.js';
import type { Tenant } from '../tenant.js';
import type { Fault, FaultCall, Rewrite, Served } from './fault-rules.js';

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
