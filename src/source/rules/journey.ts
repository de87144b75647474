import { getOwn, isJsonObject, type JsonObject, listAt, numberAt, textAt } from '../../model/json.js';
import { joinWords } from '../../model/words.js';
import { findUnreachable } from '../../routing/branches.js';
import { type Branch, compileJourney } from '../../routing/routing.js';
import type { CheckedDocument, DocumentPath, Finding, PathPart } from '../documents.js';

/** The splits of a branch are percentages and add up to 100. */
export function checkJourneySplits({ value }: CheckedDocument): Finding[] {
  return listBranches(value).flatMap((branch) => {
    const actions = listActions(branch);
    const ranges = actions.flatMap(({ element, path }): Finding[] => {
      const split = numberAt(element, 'split');
      if (split === undefined || (split >= 0 && split <= 100)) return [];
      const message = `The split ${split} is not between 0 and 100.`;
      return [{ code: 'PERCENTAGE_RANGE', path: [...path, 'split'], message }];
    });
    // How much traffic a raw action takes is unknown.
    const decidable = actions.length > 0 && actions.every(({ element }) => !Object.hasOwn(element, 'raw'));
    return ranges.length === 0 && decidable ? checkSum(branch, actions) : ranges;
  });
}

function checkSum(branch: JourneyPart, actions: JourneyPart[]): Finding[] {
  const splits = actions.map(({ element }) => getOwn(element, 'split') ?? 100);
  if (!splits.every((split) => typeof split === 'number')) return [];
  const sum = splits.reduce((total, split) => total + split, 0);
  // Thirds cannot be written exactly: three times 33.33 means all.
  if (Math.abs(sum - 100) < 0.02) return [];
  const silent = actions.filter(({ element }) => !Object.hasOwn(element, 'split')).length;
  const hint =
    silent > 0
      ? `Without "split" an action takes 100; ${silent} of ${actions.length} have none.`
      : 'Change the splits of this branch.';
  const shown = Number(sum.toFixed(4));
  const message = `The splits of this branch add up to ${shown}, not to 100.`;
  return [{ code: 'JOURNEY_SPLIT', path: [...branch.path, 'actions'], on: 'key', message, hint }];
}

/** Branches that no visitor reaches: the first branch that matches wins. */
export function checkJourneyReach({ value }: CheckedDocument): Finding[] {
  const { branches, ...journey } = compileJourney('', value);
  // The schema reports conditions without values.
  return findUnreachable({ ...journey, branches })
    .filter(
      ({ index, by }) =>
        by.length > 0 || !branches[index]?.conditions.some((one) => one.form !== 'raw' && one.values.size === 0),
    )
    .map(({ index, by }) => ({
      code: 'JOURNEY_UNREACHABLE',
      path: ['journeys', index],
      ...explainReach(by, branches),
    }));
}

function explainReach(by: readonly number[], branches: readonly Branch[]): Pick<Finding, 'message' | 'hint'> {
  const [first = 0, ...others] = by.map((index) => index + 1);
  if (by.length === 0) {
    return {
      message: 'No visitor can meet all conditions of this branch.',
      hint:
        'A visitor has one country, one region and one device. ' +
        'For alternatives write several values, or several branches.',
    };
  }
  if (branches[first - 1]?.conditions.length === 0) {
    return {
      message: `This branch is never reached: branch ${first} has no conditions and takes every visitor.`,
      hint: 'The first branch that matches wins. Move the branch without conditions to the end.',
    };
  }
  const who =
    others.length === 0
      ? `branch ${first} takes`
      : `branches ${joinWords([first, ...others].map(String))} together take`;
  return {
    message: `This branch is never reached: ${who} all its visitors.`,
    hint: 'The first branch that matches wins. Move this branch up, or remove it.',
  };
}

/** Visitors that match no branch go to the fallback. */
export function checkJourneyFallback({ value }: CheckedDocument): Finding[] {
  if ((getOwn(value, 'fallback_tag') ?? null) !== null || listBranches(value).some(isUnconditional)) return [];
  const key = Object.hasOwn(value, 'fallback_tag') ? ['fallback_tag'] : ['name'];
  const message =
    'The journey has no "fallback_tag" and no branch without conditions, so other visitors have no destination.';
  return [{ code: 'JOURNEY_NO_FALLBACK', path: key, on: 'key', message }];
}

export function checkJourneyBranches({ value }: CheckedDocument): Finding[] {
  const seen = new Set<string>();
  return listBranches(value).flatMap(({ element, path }): Finding[] => {
    const findings: Finding[] = [];
    const id = textAt(element, 'id');
    if (id !== undefined && seen.has(id)) {
      findings.push({
        code: 'JOURNEY_BRANCH_ID',
        path: [...path, 'id'],
        message: `Another branch of this journey already has the id "${id}".`,
        hint: 'Remove the ids: limio-sync creates them when needed.',
      });
    }
    if (id !== undefined) seen.add(id);
    const actions = getOwn(element, 'actions');
    if (Array.isArray(actions) && actions.length === 0) {
      const message = 'This branch has no action, so it leads nowhere.';
      findings.push({ code: 'JOURNEY_NO_ACTION', path: [...path, 'actions'], on: 'key', message });
    }
    return findings;
  });
}

function isUnconditional({ element }: JourneyPart): boolean {
  const conditions = getOwn(element, 'conditions') ?? null;
  return conditions === null || (Array.isArray(conditions) && conditions.length === 0);
}

const HOST =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::\d{1,5})?$/i;

/** Tag paths have a slash at both ends and no `/tags` (API reference, section 2). */
export function checkJourneyTags({ value }: CheckedDocument): Finding[] {
  const destinations = listBranches(value).flatMap((branch) =>
    listActions(branch).flatMap(({ element, path }) =>
      checkTag(textAt(element, 'destination'), [...path, 'destination']),
    ),
  );
  return [
    ...checkTag(textAt(value, 'starting_point'), ['starting_point']),
    ...checkTag(textAt(value, 'fallback_tag'), ['fallback_tag']),
    ...destinations,
  ];
}

/** A domain is a host of the storefront, without scheme and path. */
export function checkJourneyDomains({ value }: CheckedDocument): Finding[] {
  return listAt(value, 'domains').flatMap((domain, i): Finding[] => {
    if (typeof domain !== 'string' || HOST.test(domain)) return [];
    const bare = domain.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '');
    const hint = HOST.test(bare) ? `Write ${bare}` : 'Write a host, for example acme-shop.prod.limio.com.';
    return [{ code: 'JOURNEY_DOMAIN', path: ['domains', i], message: `"${domain}" is not a host name.`, hint }];
  });
}

export function checkTag(tag: string | undefined, path: DocumentPath): Finding[] {
  if (tag === undefined) return [];
  const fault = describeTagFault(tag);
  if (fault === undefined) return [];
  const parts = tag
    .trim()
    .split('/')
    .filter((part) => part !== '');
  const kept = parts[0] === 'tags' ? parts.slice(1) : parts;
  const hint = kept.length === 0 || kept[0]?.endsWith(':') ? 'Write it like /us/landing/' : `Write /${kept.join('/')}/`;
  return [{ code: 'TAG_PATH', path, message: `The tag path "${tag}" ${fault}.`, hint }];
}

function describeTagFault(tag: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(tag)) return 'is a URL';
  if (!tag.startsWith('/') || !tag.endsWith('/')) return 'must begin and end with a slash';
  if (tag.startsWith('/tags/')) return 'must not begin with "/tags"';
  if (tag.includes('//')) return 'has an empty part between two slashes';
  if (/[\s?#]/.test(tag)) return 'contains a space, "?" or "#"';
  return undefined;
}

interface JourneyPart {
  element: JsonObject;
  path: PathPart[];
}

/** The branches that are mappings. */
function listBranches(journey: JsonObject): JourneyPart[] {
  return listParts(journey, 'journeys', []);
}

/** The conditions of every branch. */
export function listConditions(journey: JsonObject): JourneyPart[] {
  return listBranches(journey).flatMap(({ element, path }) => listParts(element, 'conditions', path));
}

function listActions(branch: JourneyPart): JourneyPart[] {
  return listParts(branch.element, 'actions', branch.path);
}

function listParts(object: JsonObject, key: string, path: PathPart[]): JourneyPart[] {
  return listAt(object, key).flatMap((element, i) =>
    isJsonObject(element) ? [{ element, path: [...path, key, i] }] : [],
  );
}
