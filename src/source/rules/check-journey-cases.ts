import { isJsonObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import type { JourneyCase } from '../../routing/cases.js';
import type { Finding } from '../finding.js';
import { parseVisitor } from '../parse-visitor.js';
import type { DocumentPath } from '../parsed-file.js';
import { parseExpectation } from './parse-expectation.js';

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
