import { dropCreateOnly } from '../kinds/catalog/create-only.js';
import { compareBodies } from '../kinds/compare.js';
import type { KindRules } from '../kinds/kind-definition.js';
import { listNeeds } from '../kinds/kinds.js';
import type { Address, Kind } from '../model/address.js';
import type { FieldDrift, ObjectDrift } from '../model/drift.js';
import type { DesiredResource } from '../model/model.js';
import type { PromotedField, PromotedObject, PromotionClass } from '../model/promotion.js';

export interface ClassifyInput {
  selected: readonly Address[];
  /** The drift of the target, for selected objects and for objects in its scope. */
  drift: readonly ObjectDrift[];
  source: ReadonlyMap<Address, DesiredResource>;
  target: ReadonlyMap<Address, DesiredResource>;
  kinds: Record<Kind, Pick<KindRules, 'fields'>>;
}

export interface Classified {
  objects: PromotedObject[];
  /** Fields with different values in both files, where the target already has its own. */
  intended: number;
  unchanged: number;
}

/**
 * What a promotion would change in the target: every object that differs from the target's files, and why. Intended
 * differences between the environments are only counted. The stages of a promotion:
 *
 *     selection.ts  adds what the chosen objects need, and lists what the target lacks
 *     values.ts     translates values between environments, and finds hosts of the source
 *     this file     classifies the differences, and withholds what would overwrite a hot fix
 *     gates.ts      decides whether the source is proven and the target is ready
 */
export function classifyObjects({ selected, drift, source, target, kinds }: ClassifyInput): Classified {
  const listOwn = (address: Address): string[] => {
    const [from, to] = [source.get(address), target.get(address)];
    return from && to
      ? compareBodies(dropCreateOnly(from).body, dropCreateOnly(to).body, kinds[to.kind].fields).map(({ path }) => path)
      : [];
  };
  const own = new Map(selected.map((address) => [address, listOwn(address)]));
  const objects = drift.map((object) => classifyObject(object, own.get(object.address) ?? []));
  const open = new Map(objects.map(({ address, fields }) => [address, fields]));
  const intended = [...own].map(
    ([address, paths]) =>
      paths.filter((path) => !(open.get(address) ?? []).some((field) => isWithin(field.path, path))).length,
  );
  return {
    objects,
    intended: intended.reduce((sum, count) => sum + count, 0),
    unchanged: selected.filter((address) => !open.has(address)).length,
  };
}

function classifyObject(
  { address, kind, change, cause, fields, tenant }: ObjectDrift,
  own: readonly string[],
): PromotedObject {
  const classified = fields
    .filter((field) => field.cause !== 'same')
    .map((field): PromotedField => ({
      ...field,
      class: classifyField(field, change),
      ...(own.some((path) => isWithin(path, field.path)) ? { own: true } : {}),
    }));
  const whole = classifyCause(cause, change);
  const worst =
    classified.length === 0
      ? whole
      : findGravest([
          ...classified.map((field) => field.class),
          ...(change === 'edited' || change === 'declared' ? [] : [whole]),
        ]);
  return { address, kind, change, class: worst, fields: classified, ...(tenant ? { tenant } : {}) };
}

/** A value that no apply wrote and that the files declare only now was set by a person in the target. */
function classifyField({ cause, base, live }: FieldDrift, change: ObjectDrift['change']): PromotionClass {
  if (cause === 'git' && base === undefined && live !== undefined) return 'hot-fixed-in-target';
  return classifyCause(cause, change);
}

/** An object that the target lacks cannot be overwritten; without a snapshot, nobody knows whether it was deleted. */
function classifyCause(cause: ObjectDrift['cause'], change: ObjectDrift['change']): PromotionClass {
  if (cause === 'both') return 'both';
  if (cause === 'git' || (cause === 'unknown' && change === 'deleted')) return 'new-in-source';
  return 'hot-fixed-in-target';
}

const BY_GRAVITY: readonly PromotionClass[] = ['both', 'hot-fixed-in-target', 'new-in-source'];

function findGravest(classes: readonly PromotionClass[]): PromotionClass {
  return BY_GRAVITY.find((one) => classes.includes(one)) ?? 'new-in-source';
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}

/** How many objects would lose a change that somebody made in the target. */
export function countOverwrites(objects: readonly PromotedObject[]): number {
  return objects.filter((object) => object.class !== 'new-in-source').length;
}

/** Withholds objects that would overwrite a change, or that refer to a withheld object that the target lacks. */
export function withholdObjects(
  objects: readonly PromotedObject[],
  declared: ReadonlyMap<Address, DesiredResource>,
): PromotedObject[] {
  const marks = new Map<Address, NonNullable<PromotedObject['withheld']>>(
    objects.filter((object) => object.class !== 'new-in-source').map(({ address }) => [address, 'overwrites']),
  );
  const absent = new Set(objects.filter(({ change }) => change === 'deleted').map(({ address }) => address));
  const findBlocker = ({ address }: PromotedObject): Address | undefined => {
    const resource = declared.get(address);
    return (
      resource &&
      listNeeds(resource, false).find((need) => marks.has(need.address) && absent.has(need.address))?.address
    );
  };
  for (let open = true; open;) {
    open = false;
    for (const object of objects) {
      const blocker = marks.has(object.address) ? undefined : findBlocker(object);
      if (blocker === undefined) continue;
      marks.set(object.address, blocker);
      open = true;
    }
  }
  return objects.map((object) => {
    const withheld = marks.get(object.address);
    return withheld === undefined ? object : { ...object, withheld };
  });
}
