import { getOwn, isJsonObject, type Json, type JsonObject, listAt, objectAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { JOURNEY_ENDS, type JourneyEnd } from '../../model/test-report.js';
import type { ExpectedEnd, JourneyCase } from '../../routing/cases.js';
import { normalisePath } from '../../routing/routing.js';
import type { DocumentPath, Finding, SourceContext, SourceText } from '../documents.js';
import { checkTag } from '../rules/journey.js';
import { nameCase, type ParsedTests, parseTests, type Placed, type ReadCases } from './test-files.js';
import { parseVisitor } from './visitor.js';

/** A case of a test document, with the path of what it expects. */
export interface NamedCase extends JourneyCase {
  name: string;
  path: DocumentPath;
}

export type PlacedCase = Placed<NamedCase>;

export type ParsedJourneyTests = ParsedTests<NamedCase>;

export function parseJourneyTests(sources: readonly SourceText[], context: SourceContext): ParsedJourneyTests {
  return parseTests(sources, context, {
    kind: 'journey_test',
    among: 'the journeys',
    apart: 'expect',
    read: readCases,
  });
}

/** A case or the defaults, and which of its keys are wrong already; those are skipped. */
interface Row {
  object: JsonObject;
  wrong: ReadonlySet<unknown>;
}

function readCases(document: JsonObject, wrong: readonly Finding[]): ReadCases<NamedCase> {
  const keys = groupKeys(wrong);
  const rowOf = (object: JsonObject, place: unknown): Row => ({ object, wrong: keys.get(place) ?? new Set() });
  const defaults = rowOf(objectAt(document, 'defaults'), 'defaults');
  const results = listAt(document, 'cases').flatMap((object, index) => {
    if (!isJsonObject(object)) return [];
    const name = nameCase(document, object, index, describeValue);
    return [readCase(name, defaults, rowOf(object, index), index)];
  });
  return { cases: results.flatMap(({ cases }) => cases), findings: results.flatMap(({ findings }) => findings) };
}

/** The wrong keys of each case, by its index, and of `defaults`. */
function groupKeys(wrong: readonly Finding[]): Map<unknown, Set<unknown>> {
  const groups = new Map<unknown, Set<unknown>>();
  for (const [top, second, third] of wrong.map(({ path }) => path)) {
    const [place, key] = top === 'cases' ? [second, third] : [top, second];
    groups.set(place, (groups.get(place) ?? new Set()).add(key));
  }
  return groups;
}

function describeValue(value: Json): string {
  return value === null ? 'none' : [value].flat().map(String).join(' ') || 'none';
}

function readCase(name: string, defaults: Row, row: Row, index: number): ReadCases<NamedCase> {
  const pathOf = (key: string): DocumentPath =>
    Object.hasOwn(row.object, key) || !Object.hasOwn(defaults.object, key) ? ['cases', index, key] : ['defaults', key];
  const { name: _name, expect, ...input } = { ...listSound(defaults), ...listSound(row) };
  const sound = row.wrong.size + defaults.wrong.size === 0;
  const findings: Finding[] = [];
  // A misspelt key is not reported as missing too.
  if (sound && input['visit'] === undefined) findings.push(reportMissing(index, 'visit', '/landing/'));
  if (sound && expect === undefined) findings.push(reportMissing(index, 'expect', '/us/landing/'));
  const expected = expect === undefined ? { ends: [], findings: [] } : parseExpectation(expect, pathOf('expect'));
  // The schema has checked the types.
  const known = Object.fromEntries(Object.entries(input).filter(isKnown));
  const { visitor, faults } = parseVisitor({ visit: '/', ...known });
  findings.push(
    ...faults.map(({ key, ...fault }): Finding => ({ code: 'TEST_VISITOR', path: pathOf(key), ...fault })),
    ...expected.findings,
  );
  const correct = sound && findings.length === 0;
  return { cases: correct ? [{ name, path: pathOf('expect'), visitor, expected: expected.ends }] : [], findings };
}

function listSound({ object, wrong }: Row): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !wrong.has(key)));
}

const LISTS = ['cookies', 'segments', 'offer_labels'];

/** For a single value, "unknown" removes the default. */
function isKnown([key, value]: [string, Json]): boolean {
  return value !== 'unknown' || LISTS.includes(key);
}

function reportMissing(index: number, key: string, example: string): Finding {
  const hint = `Write ${key}: ${example} here or under "defaults".`;
  return { code: 'MISSING_KEY', path: ['cases', index], message: `The case has no "${key}".`, hint };
}

interface Expectation {
  ends: ExpectedEnd[];
  findings: Finding[];
}

const FORMS =
  'Write a tag path like /us/landing/, fallback, not_intercepted, ' +
  'shares like { /a/: 60, /b/: 40 }, or { any_of: [...] }.';

/** A destination, another end, shares, or `any_of` of these. */
function parseExpectation(value: Json, path: DocumentPath): Expectation {
  if (!isJsonObject(value) || !Object.hasOwn(value, 'any_of')) return parseEnd(value, path);
  const [other] = Object.keys(value).filter((key) => key !== 'any_of');
  if (other !== undefined) {
    const message = `"any_of" cannot be combined with "${other}".`;
    return refuse({ path: [...path, other], on: 'key' }, message, 'Move it into the list.');
  }
  const list = getOwn(value, 'any_of');
  if (!Array.isArray(list) || list.length < 2) {
    const message = '"any_of" requires at least two elements.';
    return refuse({ path: [...path, 'any_of'] }, message, 'Write a single outcome without any_of.');
  }
  const parsed = list.map((element, i) => parseEnd(element, [...path, 'any_of', i]));
  return { ends: parsed.flatMap(({ ends }) => ends), findings: parsed.flatMap(({ findings }) => findings) };
}

function parseEnd(value: Json, path: DocumentPath): Expectation {
  if (isJsonObject(value)) return parseShares(value, path);
  if (typeof value !== 'string') return refuse({ path }, 'This is not an outcome of a visit.', FORMS);
  if (isEnd(value)) return { ends: [{ end: value }], findings: [] };
  const nearest = value.includes('/') ? undefined : suggestNearest(value.replaceAll(/[\s-]/g, '_'), JOURNEY_ENDS);
  if (nearest !== undefined) return refuse({ path }, `There is no outcome "${value}".`, `Did you mean ${nearest}?`);
  const findings = checkTag(value, path);
  return { ends: findings.length > 0 ? [] : [{ shares: [{ tag: normalisePath(value), percent: 100 }] }], findings };
}

function parseShares(shares: JsonObject, path: DocumentPath): Expectation {
  const numbers: { tag: string; percent: number }[] = [];
  const findings: Finding[] = [];
  for (const [tag, percent] of Object.entries(shares)) {
    findings.push(...checkTag(tag, [...path, tag]).map((finding): Finding => ({ ...finding, on: 'key' })));
    if (typeof percent === 'number' && percent >= 0 && percent <= 100) {
      numbers.push({ tag: normalisePath(tag), percent });
    } else {
      const message = 'A share must be a number from 0 to 100.';
      findings.push({ code: 'TEST_EXPECTATION', path: [...path, tag], message });
    }
  }
  if (findings.length > 0) return { ends: [], findings };
  const sum = numbers.reduce((total, { percent }) => total + percent, 0);
  // The same tolerance as for the splits of a branch.
  if (Math.abs(sum - 100) < 0.02) return { ends: [{ shares: numbers }], findings: [] };
  return refuse({ path }, `The shares add up to ${Number(sum.toFixed(2))}, not to 100.`, FORMS);
}

function isEnd(text: string): text is JourneyEnd {
  return JOURNEY_ENDS.some((end) => end === text);
}

function refuse(at: Pick<Finding, 'path' | 'on'>, message: string, hint: string): Expectation {
  return { ends: [], findings: [{ code: 'TEST_EXPECTATION', ...at, message, hint }] };
}
