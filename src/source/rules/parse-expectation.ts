import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { JOURNEY_ENDS, type JourneyEnd } from '../../model/test-report.js';
import type { ExpectedEnd } from '../../routing/cases.js';
import { normalisePath } from '../../routing/routing.js';
import type { Finding } from '../finding.js';
import type { DocumentPath } from '../parsed-file.js';
import { checkTag } from './check-journey-tags.js';

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
