import { getOwn, isJsonObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { JOURNEY_ENDS, type JourneyEnd } from '../../model/test-report.js';
import type { ExpectedEnd, JourneyCase } from '../../routing/cases.js';
import { normalisePath } from '../../routing/routing.js';
import type { DocumentPath, Finding, SourceContext, SourceText } from '../documents.js';
import { checkTag } from '../rules/journey.js';
import { type ParsedTests, parseTests, type Placed } from './test-files.js';
import { parseVisitor } from './visitor.js';

/** A case with the place of what it expects. */
export type PlacedCase = Placed<NamedCase>;

export type ParsedJourneyTests = ParsedTests<NamedCase>;

/** Test files of journeys to cases, with every problem of every file at once. Never throws for bad input. */
export function parseJourneyTests(sources: readonly SourceText[], context: SourceContext): ParsedJourneyTests {
  return parseTests(sources, context, {
    kind: 'journey_test',
    beside: 'the journeys',
    apart: 'expect',
    read: (document, wrong) =>
      checkJourneyCases(
        document,
        wrong.map(({ path }) => path),
      ),
  });
}

/** A case of a test document, with the path of what it expects. */
export interface NamedCase extends JourneyCase {
  name: string;
  path: DocumentPath;
}

/** Facts that hold a single text; of these the text "unknown" takes a default back. */
const UNKNOWN = 'unknown';

const LISTS = ['cookies', 'segments', 'offer_labels'];

const NONE: ReadonlySet<unknown> = new Set();

const MISSING = {
  visit: {
    message: 'The case does not say which page is visited.',
    hint: 'Write visit: /landing/ here or under "defaults".',
  },
  expect: {
    message: 'The case does not say what it expects.',
    hint: 'Write expect: /us/landing/ here or under "defaults".',
  },
};

/** The cases of a test document; `faulty` are paths of keys and values that are wrong already and are passed over. */
export function checkJourneyCases(
  document: JsonObject,
  faulty: readonly DocumentPath[],
): { cases: NamedCase[]; findings: Finding[] } {
  const keys = groupFaults(faulty);
  const defaults = { object: objectAt(document, 'defaults'), faulty: keys.get('defaults') ?? NONE };
  const rows = listAt(document, 'cases').flatMap((row, index) =>
    isJsonObject(row) ? [{ index, object: row, faulty: keys.get(index) ?? NONE }] : [],
  );
  const results = rows.map((row) => checkCase(nameCase(document, row), defaults, row));
  return { cases: results.flatMap(({ cases }) => cases), findings: results.flatMap(({ findings }) => findings) };
}

/** The keys that are wrong, by the index of their case or under `defaults`. */
function groupFaults(faulty: readonly DocumentPath[]): Map<unknown, Set<unknown>> {
  const groups = new Map<unknown, Set<unknown>>();
  for (const [top, second, third] of faulty) {
    const [place, key] = top === 'cases' ? [second, third] : [top, second];
    groups.set(place, (groups.get(place) ?? new Set()).add(key));
  }
  return groups;
}

interface Row {
  object: JsonObject;
  faulty: ReadonlySet<unknown>;
}

function checkCase(
  name: string,
  defaults: Row,
  row: Row & { index: number },
): { cases: NamedCase[]; findings: Finding[] } {
  const pathOf = (key: string): DocumentPath =>
    Object.hasOwn(row.object, key) || !Object.hasOwn(defaults.object, key)
      ? ['cases', row.index, key]
      : ['defaults', key];
  const { name: _name, expect, ...facts } = { ...listSound(defaults), ...listSound(row) };
  const sound = row.faulty.size + defaults.faulty.size === 0;
  // What is misspelt is not missing as well.
  const missing = sound
    ? [...(facts['visit'] === undefined ? [MISSING.visit] : []), ...(expect === undefined ? [MISSING.expect] : [])]
    : [];
  const expected = expect === undefined ? { ends: [], findings: [] } : parseExpectation(expect, pathOf('expect'));
  // The schema has seen to the types.
  const { visitor, complaints } = parseVisitor({
    visit: '/',
    ...Object.fromEntries(Object.entries(facts).filter(isKnown)),
  });
  const findings = [
    ...missing.map((said): Finding => ({ code: 'MISSING_KEY', path: ['cases', row.index], ...said })),
    ...complaints.map(({ key, ...said }): Finding => ({ code: 'TEST_VISITOR', path: pathOf(key), ...said })),
    ...expected.findings,
  ];
  return {
    cases: sound && findings.length === 0 ? [{ name, path: pathOf('expect'), visitor, expected: expected.ends }] : [],
    findings,
  };
}

function listSound({ object, faulty }: Row): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !faulty.has(key)));
}

function isKnown([key, fact]: [string, Json]): boolean {
  return fact !== UNKNOWN || LISTS.includes(key);
}

/** `Landing pages: country US`: a case is called by what it says itself. */
function nameCase(document: JsonObject, { object: row, index }: { object: JsonObject; index: number }): string {
  const facts = Object.entries(row).filter(([key]) => key !== 'name' && key !== 'expect');
  const described = facts
    .map(
      ([key, fact]) =>
        `${key.replaceAll('_', ' ')} ${fact === null ? 'none' : [fact].flat().map(String).join(' ') || 'none'}`,
    )
    .join(', ');
  const own = textAt(row, 'name') ?? (described || `case ${index + 1}`);
  const common = textAt(document, 'name');
  return common === undefined ? own : `${common}: ${own}`;
}

interface Parsed {
  ends: ExpectedEnd[];
  findings: Finding[];
}

const FORMS =
  'Write a tag path like /us/landing/, fallback, not_intercepted, shares like { /a/: 60, /b/: 40 }, or { any_of: [...] }.';

/** What a case expects: a destination, another end, shares, or `any_of` of these. */
export function parseExpectation(value: Json, path: DocumentPath): Parsed {
  if (!isJsonObject(value) || !Object.hasOwn(value, 'any_of')) return parseEnd(value, path);
  const [other] = Object.keys(value).filter((key) => key !== 'any_of');
  if (other !== undefined)
    return refuse(
      { path: [...path, other], on: 'key' },
      `Beside "any_of" there can be no "${other}".`,
      'Write it as an element of the list.',
    );
  const list = getOwn(value, 'any_of');
  if (!Array.isArray(list) || list.length < 2)
    return refuse(
      { path: [...path, 'any_of'] },
      '"any_of" needs at least two elements.',
      'One outcome alone is written without any_of.',
    );
  const parsed = list.map((element, i) => parseEnd(element, [...path, 'any_of', i]));
  return { ends: parsed.flatMap(({ ends }) => ends), findings: parsed.flatMap(({ findings }) => findings) };
}

function parseEnd(value: Json, path: DocumentPath): Parsed {
  if (isJsonObject(value)) return parseShares(value, path);
  if (typeof value !== 'string') return refuse({ path }, 'This is no outcome of a visit.', FORMS);
  if (isEnd(value)) return { ends: [{ end: value }], findings: [] };
  const nearest = value.includes('/') ? undefined : suggestNearest(value.replaceAll(/[\s-]/g, '_'), JOURNEY_ENDS);
  if (nearest !== undefined) return refuse({ path }, `There is no outcome "${value}".`, `Did you mean ${nearest}?`);
  const findings = checkTag(value, path);
  return { ends: findings.length > 0 ? [] : [{ shares: [{ tag: normalisePath(value), percent: 100 }] }], findings };
}

function parseShares(shares: JsonObject, path: DocumentPath): Parsed {
  const entries = Object.entries(shares);
  const numbers = entries.flatMap(([tag, percent]) =>
    typeof percent === 'number' && percent >= 0 && percent <= 100 ? [{ tag: normalisePath(tag), percent }] : [],
  );
  const findings = entries.flatMap(([tag, percent]): Finding[] => [
    ...checkTag(tag, [...path, tag]).map((finding): Finding => ({ ...finding, on: 'key' })),
    ...(typeof percent === 'number' && percent >= 0 && percent <= 100
      ? []
      : [makeFinding({ path: [...path, tag] }, 'A share is a number from 0 to 100.')]),
  ]);
  if (findings.length > 0) return { ends: [], findings };
  const sum = numbers.reduce((total, { percent }) => total + percent, 0);
  // As near as the splits of a branch have to be.
  if (Math.abs(sum - 100) < 0.02) return { ends: [{ shares: numbers }], findings: [] };
  return refuse({ path }, `The shares add up to ${Number(sum.toFixed(2))}, not to 100.`, FORMS);
}

function isEnd(text: string): text is JourneyEnd {
  return (JOURNEY_ENDS as readonly string[]).includes(text);
}

function refuse(at: Pick<Finding, 'path' | 'on'>, message: string, hint: string): Parsed {
  return { ends: [], findings: [makeFinding(at, message, hint)] };
}

function makeFinding(at: Pick<Finding, 'path' | 'on'>, message: string, hint?: string): Finding {
  return { code: 'TEST_EXPECTATION', ...at, message, ...(hint === undefined ? {} : { hint }) };
}
