import { LimioError } from '../errors/errors.js';
import type { JourneyCodecTemplates } from '../model/dialect.js';
import { isJsonObject, type Json } from '../model/json.js';
import { drawJourneyForm } from './draw-journey-form.js';
import type { DialectOverrides } from './resolve-dialect.js';

/** What a value may be: one of a few words, a whole number from 1, any text, or journey templates. */
type Allowed = readonly string[] | 'number' | 'text' | 'codec';

/** Every dialect setting of the API reference, section 11, by its dotted key. */
const SETTINGS: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ['journeyList', ['auto', 'object', 'array', 'items']],
  ['journeyPut', ['replace', 'merge']],
  ['journeyCodec', 'codec'],
  ['bulkUpdate.wrapper', ['bare', 'attributes', 'data.attributes']],
  ['bulkUpdate.merge', ['shallow', 'deep']],
  ['bulkUpdate.removal', ['null', 'unsupported']],
  ['bulkUpdate.maxDiffs', 'number'],
  ['catalogRead', ['typed', 'catalog_items']],
  ['pageSize', 'number'],
  ['promo.removal', ['null', 'unsupported']],
  ['promo.fixedAmountType', 'text'],
  ['publish.attempts', 'number'],
  ['publish.intervalMs', 'number'],
]);

/**
 * Reads `key=value` pairs such as `bulkUpdate.wrapper=attributes`; a later pair wins.
 * @throws LimioError USAGE for an unknown key or value; the hint lists what is allowed.
 */
export function parseEmulatorDialect(pairs: readonly string[]): DialectOverrides {
  const flat = new Map<string, Json>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) {
      throw usage(`"${pair}" is not a dialect setting`, 'Write key=value, for example bulkUpdate.wrapper=attributes.');
    }
    const key = pair.slice(0, equals);
    const allowed = SETTINGS.get(key);
    if (allowed === undefined) {
      throw usage(`There is no dialect setting "${key}"`, `Known settings: ${[...SETTINGS.keys()].join(', ')}.`);
    }
    flat.set(key, parseValue(key, pair.slice(equals + 1), allowed));
  }
  return nest(flat);
}

function parseValue(key: string, text: string, allowed: Allowed): Json {
  if (allowed === 'number') {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1) {
      throw usage(`"${text}" is not a value of ${key}`, 'Allowed: a whole number from 1.');
    }
    return number;
  }
  if (allowed === 'text') {
    if (text === '') throw usage(`${key} has no value`, 'Allowed: any text.');
    return text;
  }
  if (allowed === 'codec') return parseCodec(key, text);
  if (!allowed.includes(text)) {
    throw usage(`"${text}" is not a value of ${key}`, `Allowed: ${allowed.join(', ')}.`);
  }
  return text;
}

function parseCodec(key: string, text: string): Json {
  if (text === 'assumed') return text;
  const seed = /^random:(\d{1,9})$/.exec(text)?.[1];
  if (seed !== undefined) return { ...drawJourneyForm(Number(seed)) };
  const templates = parseJson(text);
  if (!isCodecTemplates(templates)) {
    throw usage(
      `"${text}" is not a value of ${key}`,
      'Allowed: random:<seed>, assumed, or JSON {"conditions": {"<type>": <template>}, "actions": {"destination": <template>}}.',
    );
  }
  return { conditions: templates.conditions, actions: templates.actions };
}

function isCodecTemplates(value: Json | undefined): value is Json & JourneyCodecTemplates {
  return isJsonObject(value) && isJsonObject(value['conditions']) && isJsonObject(value['actions']);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function nest(flat: ReadonlyMap<string, Json>): DialectOverrides {
  const groups = new Map<string, [string, Json][]>();
  const top: [string, Json][] = [];
  for (const [key, value] of flat) {
    const [group, field] = key.split('.');
    if (group === undefined || field === undefined) top.push([key, value]);
    else groups.set(group, [...(groups.get(group) ?? []), [field, value]]);
  }
  const nested = [...groups].map(([group, fields]): [string, Json] => [group, Object.fromEntries(fields)]);
  // Every key and value was checked against SETTINGS, which is the type's own list.
  return Object.fromEntries([...top, ...nested]);
}

function usage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message: `${message}.`, hint });
}
