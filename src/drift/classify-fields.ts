import { compareAt } from '../kinds/compare.js';
import type { FieldRules } from '../kinds/kind-definition.js';
import type { Cause, FieldDrift } from '../model/drift.js';
import { type Json, jsonEqual, parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';

/** Two comparisons with the same files, and what is needed to put them together. */
export interface ThreeWays {
  /** From what was applied last to the files. */
  edited: readonly FieldChange[];
  /** From what is live to the files. */
  moved: readonly FieldChange[];
  rules: FieldRules;
  /** False for a field of which the last apply knew nothing, since the files declare it only now. */
  wasManaged: (path: string) => boolean;
  /** The value at a path of the last applied and of the live body. */
  find: Record<'base' | 'live', (path: string) => Json | undefined>;
}

/**
 * The cause of every difference. A field that stands in one comparison only was moved by one side;
 * one that stands in both was moved by git alone when the other two agree, and by both otherwise.
 */
export function classifyFields({ edited, moved, rules, wasManaged, find }: ThreeWays): FieldDrift[] {
  const known = edited.filter(({ path }) => wasManaged(path));
  const drifts = moved.map((field): FieldDrift => {
    const { path, before: live, after: files, show } = field;
    if (!wasManaged(path)) return toDrift({ path, cause: 'git', files, live, show });
    const partner = known.find((other) => isSame(field, other));
    if (partner) return toDrift({ path, cause: judge(field, partner, rules), base: partner.before, files, live, show });
    // One side has an object where the other has none, so that all three differ.
    const above = known.find((other) => isBelow(field, other));
    if (above)
      return toDrift({ ...above, cause: 'both', base: above.before, files: above.after, live: find.live(above.path) });
    if (known.some((other) => isBelow(other, field)))
      return toDrift({ path, cause: 'both', base: find.base(path), files, live, show });
    return toDrift({ path, cause: 'app', base: files, files, live, show });
  });
  const alone = known.filter(
    (field) => !moved.some((other) => isSame(field, other) || isBelow(field, other) || isBelow(other, field)),
  );
  const settled = alone.map(({ path, before, after, show }) =>
    toDrift({ path, cause: 'same', base: before, files: after, live: after, show }),
  );
  return [...dropRepeated(drifts), ...settled];
}

interface Values extends Pick<FieldDrift, 'path' | 'cause' | 'show'> {
  base?: Json | undefined;
  files?: Json | undefined;
  live?: Json | undefined;
}

function toDrift({ path, cause, base, files, live, show }: Values): FieldDrift {
  return {
    path,
    cause,
    ...(base === undefined ? {} : { base }),
    ...(files === undefined ? {} : { files }),
    ...(live === undefined ? {} : { live }),
    show,
  };
}

/** Of moved elements only those count that both sides hold: the lists of keys leave out what the other side lacks. */
function judge({ before: live, show, path }: FieldChange, { before: base }: FieldChange, rules: FieldRules): Cause {
  if (show === 'order') return sameOrder(base, live) ? 'git' : 'both';
  return compareAt(parsePointer(path), base, live, rules).length === 0 ? 'git' : 'both';
}

function sameOrder(a: Json | undefined, b: Json | undefined): boolean {
  return jsonEqual(namesInBoth(a, b), namesInBoth(b, a));
}

function namesInBoth(names: Json | undefined, others: Json | undefined): Json[] {
  return Array.isArray(names) && Array.isArray(others) ? names.filter((name) => others.includes(name)) : [];
}

/** The order of a list is a field beside its elements. */
function isSame(a: FieldChange, b: FieldChange): boolean {
  return a.path === b.path && (a.show === 'order') === (b.show === 'order');
}

function isBelow(inner: FieldChange, outer: FieldChange): boolean {
  return inner.show !== 'order' && outer.show !== 'order' && inner.path.startsWith(`${outer.path}/`);
}

function dropRepeated(drifts: readonly FieldDrift[]): FieldDrift[] {
  const seen = new Set<string>();
  return drifts.filter(({ path, show }) => {
    const id = `${show === 'order' ? 'order' : 'value'} ${path}`;
    return !seen.has(id) && seen.add(id);
  });
}
