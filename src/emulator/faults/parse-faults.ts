import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import { findGlobFault } from '../../glob/glob.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { matchOperation, OPERATION_NAMES } from '../route.js';
import { FAULT_KINDS, type Parameter, TRIGGER_PARAMETERS } from './fault-kinds.js';
import type { FaultName, FaultRule, FaultSchedule } from './fault-rules.js';
import { randomFaults } from './random-faults.js';

/**
 * A schedule from JSON: `{seed, rules}`, an array of rules, one rule, or
 * `{"random": {"seed": 7, "rate": 0.3, "hangMs": 200}}` for {@link randomFaults}.
 * @throws LimioError CONFIG_INVALID with the rule, the key and the allowed values.
 */
export function parseFaults(value: Json): FaultSchedule {
  if (!isJsonObject(value)) return { rules: parseFaultRules(value) };
  if (Object.hasOwn(value, 'random')) return parseRandom(value);
  if (!Object.hasOwn(value, 'rules')) return { rules: parseFaultRules(value) };
  rejectUnknownKeys(value, ['seed', 'rules'], 'the schedule');
  const seed = getOwn(value, 'seed');
  if (seed !== undefined && !Number.isSafeInteger(seed))
    throw rejectFaults('the schedule: seed must be a whole number');
  return { ...(typeof seed === 'number' && { seed }), rules: parseFaultRules(value['rules'] ?? null) };
}

/** One rule or an array of rules. @throws LimioError CONFIG_INVALID */
export function parseFaultRules(value: Json): FaultRule[] {
  if (isJsonObject(value)) return [parseRule(value, 'the rule')];
  if (!Array.isArray(value)) throw rejectFaults('rules must be an array of objects');
  return value.map((rule, place) => {
    if (!isJsonObject(rule)) throw rejectFaults(`rule ${place + 1} is not an object`);
    return parseRule(rule, `rule ${place + 1}`);
  });
}

function parseRule(rule: JsonObject, where: string): FaultRule {
  const fault = getOwn(rule, 'fault');
  if (typeof fault !== 'string' || !isFaultName(fault)) {
    const names = Object.keys(FAULT_KINDS);
    const near = typeof fault === 'string' ? suggestNearest(fault, names) : undefined;
    const found = fault === undefined ? `${where} has no "fault"` : `${where}: unknown fault ${JSON.stringify(fault)}`;
    throw rejectFaults(`${found}${suggest(near)}`, `Faults: ${names.join(', ')}.`);
  }
  const { parameters, appliesTo } = FAULT_KINDS[fault];
  const known = new Map<string, Parameter>([...Object.entries(TRIGGER_PARAMETERS), ...Object.entries(parameters)]);
  rejectUnknownKeys(rule, ['fault', ...known.keys()], `${where} (${fault})`);
  for (const [key, parameter] of known) {
    const value = getOwn(rule, key);
    if (value === undefined ? parameter.required : !parameter.accepts(value)) {
      const must = value === undefined ? 'is missing; it must be' : 'must be';
      throw rejectFaults(`${where} (${fault}): ${key} ${must} ${parameter.expected}`);
    }
  }
  for (const key of ['path', 'operation', ...(fault === 'refused-items' ? ['paths'] : [])]) {
    for (const pattern of [getOwn(rule, key) ?? []].flat() as string[]) {
      const unreadable = findGlobFault(pattern);
      if (unreadable)
        throw rejectFaults(
          `${where} (${fault}): ${key} ${JSON.stringify(pattern)} cannot be read: ${unreadable.message}`,
          unreadable.hint,
        );
    }
  }
  for (const pattern of [getOwn(rule, 'operation') ?? []].flat() as string[]) {
    const named = OPERATION_NAMES.filter((operation) => matchOperation(pattern, operation));
    if (named.length === 0) {
      const near = suggestNearest(pattern, OPERATION_NAMES);
      throw rejectFaults(
        `${where} (${fault}): unknown operation ${JSON.stringify(pattern)}${suggest(near)}`,
        `Operations: read, write, list, ${OPERATION_NAMES.join(', ')}.`,
      );
    }
    if (!named.some(appliesTo)) {
      const fitting = OPERATION_NAMES.filter(appliesTo);
      throw rejectFaults(
        `${where} (${fault}): the fault does not apply to ${JSON.stringify(pattern)}`,
        `It applies to ${fitting.join(', ')}.`,
      );
    }
  }
  // Every key and value was checked against FAULT_KINDS, which lists the fields of the type.
  return rule as unknown as FaultRule;
}

function parseRandom(value: JsonObject): FaultSchedule {
  rejectUnknownKeys(value, ['random'], 'the schedule');
  const random = value['random'];
  if (!isJsonObject(random)) throw rejectFaults('random must be an object');
  rejectUnknownKeys(random, ['seed', 'rate', 'hangMs'], 'random');
  const { seed = null, rate = null, hangMs } = random;
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed))
    throw rejectFaults('random: seed must be a whole number');
  if (typeof rate !== 'number' || rate < 0 || rate > 1) throw rejectFaults('random: rate must be a number from 0 to 1');
  if (hangMs !== undefined && (typeof hangMs !== 'number' || !(hangMs >= 0)))
    throw rejectFaults('random: hangMs must be a number from 0');
  return randomFaults(seed, rate, hangMs);
}

function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULT_KINDS, text);
}

function rejectUnknownKeys(object: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw rejectFaults(
    `${where}: unknown key ${JSON.stringify(unknown)}${suggest(suggestNearest(unknown, known))}`,
    `Known keys: ${known.join(', ')}.`,
  );
}

function suggest(near: string | undefined): string {
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function rejectFaults(reason: string, hint = 'docs/emulator.md describes every fault, with an example.'): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `Invalid faults: ${reason}${/[?.]$/.test(reason) ? '' : '.'}`,
    hint,
    details: { reason },
  });
}

/**
 * A fault schedule from JSON, if the text starts with a brace or bracket, or else from a file below `folder`.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export async function loadFaults(text: string, folder = '.'): Promise<FaultSchedule> {
  const isJson = /^\s*[[{]/.test(text);
  const where = isJson ? 'the given JSON' : text;
  let value: Json;
  try {
    value = JSON.parse(isJson ? text : await readFile(resolve(folder, text), 'utf8')) as Json;
  } catch (cause) {
    throw reject(where, cause);
  }
  return parseFaults(value);
}

function reject(where: string, cause: unknown): LimioError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `Cannot read the faults from ${where}: ${reason}.`,
    hint: 'Use a JSON file, or JSON such as {"operation": "publish", "nth": 1, "fault": "status", "status": 503}.',
    details: { reason },
    cause,
  });
}
