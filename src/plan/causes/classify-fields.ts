import { compareAt } from '../../kinds/compare.js';
import type { FieldRules } from '../../kinds/kind-definition.js';
import type { Cause, FieldDrift } from '../../model/drift.js';
import { defined, type Json, jsonEqual, parsePointer } from '../../model/json.js';
import type { FieldChange } from '../../model/plan.js';

/** Two comparisons with the same files, and what is needed to join them. */
export interface ThreeWays {
  /** Differences between the last apply and the files. */
  edited: readonly FieldChange[];
  /** Differences between the tenant and the files. */
  moved: readonly FieldChange[];
  rules: FieldRules;
  /** False for a field that the files declare only since the last apply. */
  wasManaged: (path: string) => boolean;
  /** The value at a path, at the last apply (`base`) and in the tenant. */
  find: Record<'base' | 'live', (path: string) => Json | undefined>;
}

/**
 * The cause of every difference. A field that differs in only one comparison was changed by one side. If it differs in
 * both, git changed it alone when last apply and tenant agree; else both sides changed it.
 */
export function classifyFields({ edited, moved, rules, wasManaged, find }: ThreeWays): FieldDrift[] {
  const known = edited.filter(({ path }) => wasManaged(path));
  const drifts = moved.map((field): FieldDrift => {
    const { path, before: live, after: files, show } = field;
    if (!wasManaged(path)) return toFieldDrift({ path, cause: 'git', files, live, show });
    const partner = known.find((other) => isSame(field, other));
    if (partner) {
      const cause = classifyCause(field, partner, rules);
      return toFieldDrift({ path, cause, base: partner.before, files, live, show });
    }
    // One comparison stops at an object, the other goes into it: all three sides differ.
    const above = known.find((other) => isBelow(field, other));
    if (above) {
      const { before: base, after: wanted } = above;
      return toFieldDrift({ ...above, cause: 'both', base, files: wanted, live: find.live(above.path) });
    }
    if (known.some((other) => isBelow(other, field)))
      return toFieldDrift({ path, cause: 'both', base: find.base(path), files, live, show });
    return toFieldDrift({ path, cause: 'app', base: files, files, live, show });
  });
  const alone = known.filter(
    (field) => !moved.some((other) => isSame(field, other) || isBelow(field, other) || isBelow(other, field)),
  );
  const settled = alone.map(({ path, before, after, show }) =>
    toFieldDrift({ path, cause: 'same', base: before, files: after, live: after, show }),
  );
  return [...dropRepeated(drifts), ...settled];
}

interface Values extends Pick<FieldDrift, 'path' | 'cause' | 'show'> {
  base?: Json | undefined;
  files?: Json | undefined;
  live?: Json | undefined;
}

/** Without the values that are undefined. */
export function toFieldDrift({ path, cause, base, files, live, show }: Values): FieldDrift {
  return { path, cause, ...defined({ base, files, live }), show };
}

function classifyCause(
  { before: live, show, path }: FieldChange,
  { before: base }: FieldChange,
  rules: FieldRules,
): Cause {
  if (show === 'order') return sameOrder(base, live) ? 'git' : 'both';
  return compareAt(parsePointer(path), base, live, rules).length === 0 ? 'git' : 'both';
}

/** Compares the order of the elements that both lists hold; added and removed elements are differences of their own. */
function sameOrder(a: Json | undefined, b: Json | undefined): boolean {
  return jsonEqual(namesInBoth(a, b), namesInBoth(b, a));
}

function namesInBoth(names: Json | undefined, others: Json | undefined): Json[] {
  return Array.isArray(names) && Array.isArray(others) ? names.filter((name) => others.includes(name)) : [];
}

/** A list and its order are two fields with one path. */
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
