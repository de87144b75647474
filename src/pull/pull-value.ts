import { compareAt, matchElements } from '../kinds/compare.js';
import type { FieldRules } from '../kinds/kind-definition.js';
import { overlayDeclared } from '../kinds/overlay.js';
import { asObject, getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';
import type { PullConflictCode } from '../model/pull.js';
import { listVariableReferences } from '../source/variables.js';
import { holdsSecretText, writeLiveValue } from './describe-live.js';

/** A value of the document that pull keeps although the live one differs. */
export interface ValueConflict {
  code: PullConflictCode;
  path: (string | number)[];
  template?: string;
  declared?: Json;
  live?: Json;
}

export interface PullContext {
  rules: FieldRules;
  conflicts: ValueConflict[];
  /** Attributes and top-level fields that pull does not change. */
  frozen: ReadonlySet<string>;
}

/** The path of one value: `rule` names elements of keyed lists by their keys, `doc` by their index. */
interface At {
  rule: readonly string[];
  doc: readonly (string | number)[];
}

/** The three values at one path. */
interface Sides {
  /** As written in the file; undefined for values that limio-sync fills in. */
  raw: Json | undefined;
  /** With the values of variables, as the planner compares it. */
  declared: Json;
  live: Json | undefined;
}

/**
 * The document with the live values of the fields that it declares. Values that the planner finds equal
 * stay as written, and so do values with variables. `declared` and `live` are the sides that it compares.
 */
export function pullDocument(
  raw: JsonObject,
  declared: JsonObject,
  live: JsonObject,
  context: PullContext,
): JsonObject {
  const entries = Object.entries(raw).map(([key, value]): [string, Json] => {
    const wanted = getOwn(declared, key);
    const at = { rule: [key], doc: [key] };
    if (wanted === undefined || (key !== 'attributes' && context.frozen.has(key))) return [key, value];
    // `attributes: {}` declares nothing; elsewhere `{}` is a value.
    if (key === 'attributes' && isJsonObject(wanted))
      return [key, pullObject(value, wanted, asObject(getOwn(live, key)), at, context)];
    return [key, pullValue({ raw: value, declared: wanted, live: getOwn(live, key) }, at, context) ?? value];
  });
  return Object.fromEntries(entries);
}

function pullValue(sides: Sides, at: At, context: PullContext): Json | undefined {
  const { raw, declared, live } = sides;
  const { rules } = context;
  const laid = declared === null ? null : overlayDeclared(at.rule, declared, live, rules);
  if (compareAt(at.rule, live, laid, rules).length === 0) return raw;
  if (live !== undefined && live !== null && !rules.find(at.rule)?.whole) {
    if (isJsonObject(declared) && isJsonObject(live) && Object.keys(declared).length > 0)
      return pullObject(raw, declared, live, at, context);
    if (Array.isArray(declared) && Array.isArray(live)) return pullList(raw, declared, live, at, context);
  }
  return replace(sides, at, context);
}

/** The whole live value; null where the tenant has none, so that the field stays managed. */
function replace({ raw, declared, live }: Sides, at: At, context: PullContext): Json | undefined {
  const template = findTemplate(raw);
  const conflict = { path: [...at.doc, ...(template?.path ?? [])], declared, ...(live === undefined ? {} : { live }) };
  if (template) {
    context.conflicts.push({ code: 'PULL_TEMPLATE', ...conflict, template: template.text });
  } else if (holdsSecretText(live)) {
    context.conflicts.push({ code: 'PULL_SECRET', ...conflict });
  } else {
    return live === undefined || live === null ? null : writeLiveValue(live, at.rule, context.rules);
  }
  return raw;
}

function pullObject(
  raw: Json | undefined,
  declared: JsonObject,
  live: JsonObject,
  at: At,
  context: PullContext,
): JsonObject {
  const written = asObject(raw);
  const keys = [...new Set([...Object.keys(written), ...Object.keys(declared)])];
  const entries = keys.flatMap((key): [string, Json][] => {
    const own = getOwn(written, key);
    const wanted = getOwn(declared, key);
    const frozen = at.rule.length === 1 && at.rule[0] === 'attributes' && context.frozen.has(key);
    const value =
      wanted === undefined || frozen
        ? own
        : pullValue({ raw: own, declared: wanted, live: getOwn(live, key) }, step(at, key, key), context);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function pullList(raw: Json | undefined, declared: Json[], live: Json[], at: At, context: PullContext): Json[] {
  const written = Array.isArray(raw) ? raw : [];
  const list = context.rules.find(at.rule)?.list ?? 'ordered';
  if (list === 'set') return pullSet(written, declared, live, at, context);
  if (list === 'ordered') return pullOrdered(written, declared, live, at, context);
  const indices = new Map(declared.map((element, i) => [keyOf(element, list.key), i]));
  const { pairs, keyed } = matchElements(declared, live, list);
  const gone: Json[] = [];
  const pulled = pairs.flatMap(({ name, from, to }): Json[] => {
    const i = keyed ? indices.get(name) : Number(name);
    const own = from === undefined || i === undefined ? undefined : written[i];
    const here = step(at, name, i ?? declared.length);
    if (to === undefined) gone.push(...keepTemplates(own, from ?? null, here, context));
    if (to === undefined) return [];
    if (from === undefined) return listed(replaceNew(to, here, context));
    const sides = { raw: own, declared: from, live: to };
    // Elements that are paired by position but have different keys are different elements.
    const value =
      keyOf(from, list.key) === keyOf(to, list.key) ? pullValue(sides, here, context) : replace(sides, here, context);
    return listed(value);
  });
  return [...pulled, ...gone];
}

/** In the order of the file; new elements at the end. */
function pullSet(written: Json[], declared: Json[], live: Json[], at: At, context: PullContext): Json[] {
  const kept = declared.flatMap((value, i): Json[] => {
    const own = written[i] ?? value;
    return live.some((other) => jsonEqual(other, value))
      ? [own]
      : keepTemplates(own, value, step(at, String(i), i), context);
  });
  const added = live.filter(
    (value, i) =>
      !declared.some((other) => jsonEqual(other, value)) && live.findIndex((other) => jsonEqual(other, value)) === i,
  );
  return [
    ...kept,
    ...added.flatMap((value) => replaceNew(value, step(at, String(declared.length), declared.length), context) ?? []),
  ];
}

/** In the order of the tenant. Equal elements stay as written. */
function pullOrdered(written: Json[], declared: Json[], live: Json[], at: At, context: PullContext): Json[] {
  const free = new Map(declared.map((value, i) => [i, value]));
  const sources = live.map((value) => {
    const found = [...free].find(([, other]) => jsonEqual(other, value))?.[0];
    if (found !== undefined) free.delete(found);
    return found;
  });
  const lost = [...free].some(([i]) => findTemplate(written[i]));
  if (lost || holdsSecretText(live.filter((_, i) => sources[i] === undefined))) {
    replace({ raw: written.map((own, i) => (free.has(i) ? own : null)), declared, live }, at, context);
    return written;
  }
  return live.map((value, i) => {
    const from = sources[i];
    return (
      (from === undefined ? undefined : written[from]) ?? writeLiveValue(value, [...at.rule, String(i)], context.rules)
    );
  });
}

/** Removes an element that the tenant does not have, unless it contains variables. */
function keepTemplates(own: Json | undefined, declared: Json, at: At, context: PullContext): Json[] {
  const template = findTemplate(own);
  if (!template || own === undefined) return [];
  context.conflicts.push({
    code: 'PULL_TEMPLATE',
    path: [...at.doc, ...template.path],
    template: template.text,
    declared,
  });
  return [own];
}

/** Writes an element that only the tenant has. */
function replaceNew(live: Json, at: At, context: PullContext): Json | undefined {
  if (!holdsSecretText(live)) return writeLiveValue(live, at.rule, context.rules);
  context.conflicts.push({ code: 'PULL_SECRET', path: [...at.doc], live });
  return undefined;
}

function listed(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

function step({ rule, doc }: At, name: string, part: string | number): At {
  return { rule: [...rule, name], doc: [...doc, part] };
}

function keyOf(element: Json, key: string): string | undefined {
  const text = isJsonObject(element) ? getOwn(element, key) : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** The first text with a reference to a variable in a value as written. */
function findTemplate(raw: Json | undefined): { path: (string | number)[]; text: string } | undefined {
  if (typeof raw === 'string') return listVariableReferences(raw).length > 0 ? { path: [], text: raw } : undefined;
  const children: [string | number, Json][] = Array.isArray(raw)
    ? [...raw.entries()]
    : isJsonObject(raw)
      ? Object.entries(raw)
      : [];
  for (const [part, child] of children) {
    const found = findTemplate(child);
    if (found) return { path: [part, ...found.path], text: found.text };
  }
  return undefined;
}
