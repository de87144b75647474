import { listNeeds } from '../kinds/references.js';
import type { Address } from '../model/address.js';
import type { PromotedObject } from '../model/promotion.js';
import type { DesiredResource } from '../model/resource.js';

/** How many objects would lose what somebody did in the target. */
export function countOverwrites(objects: readonly PromotedObject[]): number {
  return objects.filter((object) => object.class !== 'new-in-source').length;
}

/** Marks what does not go: what would overwrite, and what refers to an object that the target lacks and does not get. */
export function withholdObjects(
  objects: readonly PromotedObject[],
  declared: ReadonlyMap<Address, DesiredResource>,
): PromotedObject[] {
  const marks = new Map<Address, NonNullable<PromotedObject['withheld']>>(
    objects.filter((object) => object.class !== 'new-in-source').map(({ address }) => [address, 'overwrites']),
  );
  const absent = new Set(objects.filter(({ happening }) => happening === 'deleted').map(({ address }) => address));
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
