import { canonicalJson, formatPointer, getAt, type Json } from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { Problem } from '../model/problem.js';
import type { ValidatedSources } from '../source/source.js';
import { indexLeaves } from './shapes.js';

type Checked = Pick<ValidatedSources, 'resources' | 'problems'>;

/**
 * The first way in which files declare something else than before in one environment, as a sentence; undefined when
 * they declare the same and have no new problems.
 */
export function findDifference(before: Checked, after: Checked): string | undefined {
  const known = new Set(before.problems.map(nameProblem));
  const added = after.problems.find((problem) => !known.has(nameProblem(problem)));
  if (added) return `${added.file}:${added.line}:${added.col} ${added.code} ${added.message}`;
  const now = new Map(after.resources.map((resource) => [resource.address, resource]));
  for (const resource of before.resources) {
    const other = now.get(resource.address);
    if (!other) return `${resource.address} would not be declared.`;
    const difference = compareResources(resource, other);
    if (difference !== undefined) return `${resource.address} would differ: ${difference}`;
  }
  const earlier = new Set(before.resources.map(({ address }) => address));
  const more = after.resources.find(({ address }) => !earlier.has(address));
  return more && `${more.address} would be declared, too.`;
}

function nameProblem({ code, message }: Problem): string {
  return `${code} ${message}`;
}

function compareResources(before: DesiredResource, after: DesiredResource): string | undefined {
  const [was, is] = [toJson(before), toJson(after)];
  if (canonicalJson(was) === canonicalJson(is)) return undefined;
  const paths = [...indexLeaves(was).values(), ...indexLeaves(is).values()].map(({ path }) => path);
  const path = paths.find((one) => show(getAt(was, one)) !== show(getAt(is, one))) ?? [];
  return `${formatPointer(path)} would be ${show(getAt(is, path))}, not ${show(getAt(was, path))}.`;
}

/** Everything that a plan reads of a resource, except its place. */
function toJson({ kind, name, body, owned, movedFrom }: DesiredResource): Json {
  return { kind, name, body, owned: [...owned], movedFrom: movedFrom ?? null };
}

const LONGEST_SHOWN = 80;

function show(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  const text = canonicalJson(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
