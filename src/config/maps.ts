import { type Alternative, listAlternatives, matchGlob } from '../glob/glob.js';
import { createTranslate, matchWords, parseIgnoreRule, type ValueMap } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import { checkAddress, checkField } from './policies.js';
import { type ConfigProblem, formatConfigPath } from './problems.js';
import type { Config } from './schema.js';

/** Each map must translate between every two environments and back, with all other maps applied. */
export function checkMaps({ promotion, environments }: Config): ConfigProblem[] {
  const maps = (promotion?.maps ?? []).map(({ field, values }): ValueMap =>
    field === undefined ? { values } : { field, values },
  );
  const names = Object.keys(environments);
  const shape = maps.flatMap((map, i) => checkShape(map, i, names));
  return shape.length > 0
    ? shape
    : maps.flatMap((map, i) => [...checkRoundTrip(map, i, maps), ...checkContained(map, i, maps)]);
}

function createReport(
  i: number,
  problems: ConfigProblem[],
): (keys: readonly PropertyKey[], message: string, hint?: string) => void {
  return (keys, message, hint) =>
    problems.push({
      path: formatConfigPath(['promotion', 'maps', i, ...keys]),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
}

function checkShape({ field, values }: ValueMap, i: number, names: readonly string[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = createReport(i, problems);
  const entries = Object.entries(values);
  if (entries.length < 2)
    report(
      ['values'],
      'Requires the values of at least two environments.',
      'For example: { sandbox: "rp-test", prod: "rp-live" }',
    );
  for (const [name, value] of entries) {
    const nearest = suggestNearest(name, names);
    if (!names.includes(name))
      report(
        ['values', name],
        `There is no environment "${name}".`,
        nearest === undefined ? `The environments are ${names.join(', ')}.` : `Did you mean "${nearest}"?`,
      );
    if (field === undefined && typeof value !== 'string')
      report(['values', name], 'Without "field", only text can be mapped.');
    if (field === undefined && typeof value === 'string' && value.length < 3)
      report(
        ['values', name],
        `"${value}" is too short to search for in every text.`,
        'Name the field that contains it: field: "offer:*#/attributes/..."',
      );
  }
  if (field?.startsWith('!')) report(['field'], '"!" has no meaning here: a map has one pattern.', 'Remove it.');
  else if (field !== undefined) {
    const { address, field: path } = parseIgnoreRule(field);
    checkAddress(address, (message, hint) => report(['field'], message, hint));
    if (path) checkField(address, path, (message, hint) => report(['field'], message, hint));
    else
      report(
        ['field'],
        'Names no field.',
        'Write kind:name#/pointer, for example "offer:*#/attributes/rate_plan__zuora".',
      );
  }
  return problems;
}

/** Translates each value to every other environment and back. */
function checkRoundTrip(map: ValueMap, i: number, maps: readonly ValueMap[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = createReport(i, problems);
  const applies = (other: ValueMap): boolean =>
    other.field === undefined || (map.field !== undefined && canMeet(map.field, other.field));
  for (const [from, value] of Object.entries(map.values)) {
    for (const [to, wanted] of Object.entries(map.values)) {
      const there = createTranslate(maps, to)(value, applies);
      const back = createTranslate(maps, from)(there, applies);
      if (there === wanted && back === value) continue;
      report(
        ['values', from],
        `${JSON.stringify(value)} of ${from} becomes ${JSON.stringify(there)} in ${to}, ` +
          `and that becomes ${JSON.stringify(back)} in ${from}: another map has the same value.`,
        'Use each value in one map only, or narrow "field".',
      );
      return problems;
    }
  }
  return problems;
}

/** A value inside a value of another map would be translated twice. */
function checkContained({ field, values }: ValueMap, i: number, maps: readonly ValueMap[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const others = maps.filter((map) => map.field === undefined).flatMap((map) => Object.values(map.values).map(String));
  for (const [name, value] of field === undefined ? Object.entries(values) : []) {
    const inner = others.find((other) => other !== value && matchWords([other]).test(String(value)));
    if (inner !== undefined)
      createReport(i, problems)(
        ['values', name],
        `"${value}" contains "${inner}", which is also mapped.`,
        'Map only the shorter one.',
      );
  }
  return problems;
}

/** Whether two patterns can match the same field; true if that is unclear. */
function canMeet(a: string, b: string): boolean {
  const [one, other] = [parseIgnoreRule(a), parseIgnoreRule(b)];
  const [path = [], otherPath = []] = [one.field, other.field];
  return (
    overlap(one.address, other.address) &&
    path.length === otherPath.length &&
    path.every((segment, i) => overlap(segment, otherPath[i] ?? ''))
  );
}

function overlap(a: string, b: string): boolean {
  return listAlternatives(a).some((one) => listAlternatives(b).some((other) => canOverlap(one, other)));
}

function canOverlap(a: Alternative, b: Alternative): boolean {
  if (a.literal !== undefined) return matchGlob(b.pattern, a.literal);
  if (b.literal !== undefined) return matchGlob(a.pattern, b.literal);
  return (
    (a.start.startsWith(b.start) || b.start.startsWith(a.start)) && (a.end.endsWith(b.end) || b.end.endsWith(a.end))
  );
}
