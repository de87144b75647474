import type { EmulatorState } from '../../../src/emulator/control.js';
import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject } from '../../../src/model/json.js';

/**
 * What an emulator holds, by address without its kind for catalog items (`/offers2/X`), else with it
 * (`promo_code:X`). Made from the emulator's own state and by nothing of the tool.
 */
export type Snapshot = ReadonlyMap<string, JsonObject>;

/** What the fault `edit` sets: a colleague's field, which no file declares. */
const COLLEAGUES_FIELD = 'edited_by_hand';

/** Lists whose order means nothing (API reference, section 3; `explain journey`). */
const SETS = new Set(['label__limio', 'allowed_countries__limio', 'domains']);

export function takeSnapshot(state: Pick<EmulatorState, 'items' | 'journeys' | 'promoCodes'>): Snapshot {
  return new Map([
    ...state.items.map(({ path, data }): [string, JsonObject] => [path, clean(asObject(data['attributes']))]),
    ...state.journeys.map(({ name, data }): [string, JsonObject] => [`journey:${name}`, clean(data)]),
    ...state.promoCodes.map(({ data }): [string, JsonObject] => [
      `promo_code:${textOf(data['promoCode'])}`,
      clean(data),
    ]),
  ]);
}

/** What each live route shows of each item. */
export function takeShop(state: Pick<EmulatorState, 'liveRoutes'>): ReadonlyMap<string, Snapshot> {
  return new Map(
    state.liveRoutes.map(({ route, items }) => [route, takeSnapshot({ items, journeys: [], promoCodes: [] })]),
  );
}

/** The name that a snapshot has for an address of the tool. */
export function keyOf(address: string): string {
  return /^(?:tag|offer|add_on|product|page):(.*)$/s.exec(address)?.[1] ?? address;
}

/** Keys whose values differ. */
export function differingKeys(a: JsonObject | undefined, b: JsonObject | undefined): string[] {
  const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...keys].filter((key) => !sameAt(a, b, key));
}

export function sameAt(a: JsonObject | undefined, b: JsonObject | undefined, key: string): boolean {
  const [left, right] = [getOwn(a ?? {}, key), getOwn(b ?? {}, key)];
  return left === undefined || right === undefined ? left === right : canonicalJson(left) === canonicalJson(right);
}

export function isSame(a: JsonObject | undefined, b: JsonObject | undefined): boolean {
  return (a === undefined) === (b === undefined) && differingKeys(a, b).length === 0;
}

/** Files leave the ids of branches out; a branch that the tenant lost comes back under a new one. */
export function withoutBranchIds(snapshot: Snapshot): Snapshot {
  return new Map(
    [...snapshot].map(([key, body]) => [
      key,
      key.startsWith('journey:') ? { ...body, journeys: dropIds(body['journeys'] ?? null) } : body,
    ]),
  );
}

function dropIds(branches: Json): Json {
  return Array.isArray(branches)
    ? branches.map((branch) => (isJsonObject(branch) ? { ...branch, id: '' } : branch))
    : branches;
}

function clean(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => key !== COLLEAGUES_FIELD)
      .map(sortSet),
  );
}

/** Countries of a condition are a set, too, and stand deep inside a journey. */
function sortSet([key, value]: [string, Json]): [string, Json] {
  if (key === 'journeys' && Array.isArray(value)) return [key, sortCountries(value)];
  return [key, SETS.has(key) && Array.isArray(value) ? sortTexts(value) : value];
}

function sortCountries(value: Json): Json {
  if (Array.isArray(value))
    return value.every((one) => typeof one === 'string') ? sortTexts(value) : value.map(sortCountries);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sortCountries(part)]));
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function sortTexts(values: readonly Json[]): Json[] {
  return values.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
