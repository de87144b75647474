import { findKindOfPath } from '../../kinds/catalog/catalog-kinds.js';
import { listAddressReferences } from '../../kinds/kinds.js';
import { type Address, formatAddress } from '../../model/address.js';
import { objectAt } from '../../model/json.js';
import type { JointLintRule, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, type ItemLink, listLinks, nameHolder, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';

export const referenceCurrency: SingleLintRule = {
  id: 'reference-currency',
  severity: 'warning',
  title: 'An upgrade, downgrade or cross-sell uses another currency',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const currenciesOf = (address: Address): Set<string> => {
      const target = context.find(address);
      return new Set(
        target
          ? listCharges(context.attributesOf(target))
              .map(({ currency }) => currency)
              .filter((currency) => currency !== '')
          : [],
      );
    };
    const own = currenciesOf(resource.address);
    if (own.size !== 1) return [];
    return listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const kind = findKindOfPath(path);
      const theirs = kind ? currenciesOf(formatAddress(kind, path)) : new Set<string>();
      if (!kind || theirs.size === 0 || [...theirs].some((currency) => own.has(currency))) return [];
      const [charged, expected] = [[...theirs].join(' and '), [...own].join('')];
      return [
        {
          address: resource.address,
          pointer,
          message: `${path} is ${nameHolder(holder)} of this offer but charged in ${charged}, not in ${expected}.`,
          related: [
            {
              address: formatAddress(kind, path),
              pointer: '/attributes/price__limio',
              message: 'The charges of that item.',
            },
          ],
        },
      ];
    });
  },
};

/** Upgrades and downgrades have a direction; cross-sells may reference each other. */
const DIRECTED = ['upgrade_offers__limio', 'downgrade_offers__limio'] as const;

const MOST_STEPS_SHOWN = 4;

export const referenceCycle: JointLintRule = {
  id: 'reference-cycle',
  severity: 'warning',
  title: 'Upgrades or downgrades form a cycle',
  kinds: ['offer'],
  checkAll(resources, context): LintFinding[] {
    const byPath = new Map(resources.map((resource) => [resource.name, resource]));
    const all = new Map(resources.map((resource) => [resource.name, listLinks(resource, context)]));
    return DIRECTED.flatMap((holder) => findCycles(byPath, all, holder));
  },
};

interface Step {
  resource: DesiredResource;
  links: ItemLink[];
  next: number;
}

/** Visits each offer once. Uses its own stack, since chains may be long. Reports a cycle where it closes. */
function findCycles(
  byPath: ReadonlyMap<string, DesiredResource>,
  all: ReadonlyMap<string, ItemLink[]>,
  holder: string,
): LintFinding[] {
  const findings: LintFinding[] = [];
  const done = new Set<string>();
  const linksOf = (path: string): ItemLink[] =>
    (all.get(path) ?? []).filter((link) => link.holder === holder && link.path !== path);
  for (const [start, resource] of byPath) {
    if (done.has(start)) continue;
    const stack: Step[] = [{ resource, links: linksOf(start), next: 0 }];
    const depth = new Map([[start, 0]]);
    for (let step = stack.at(-1); step; step = stack.at(-1)) {
      const link = step.links[step.next++];
      if (!link) {
        done.add(step.resource.name);
        depth.delete(step.resource.name);
        stack.pop();
        continue;
      }
      const target = byPath.get(link.path);
      const from = depth.get(link.path);
      if (from !== undefined) findings.push(describeCycle(stack.slice(from), step.resource, link));
      else if (target && !done.has(link.path)) {
        depth.set(link.path, stack.length);
        stack.push({ resource: target, links: linksOf(link.path), next: 0 });
      }
    }
  }
  return findings;
}

function describeCycle(
  circle: readonly Step[],
  resource: DesiredResource,
  { holder, path, pointer }: ItemLink,
): LintFinding {
  const names = circle.map((step) => step.resource.name);
  const shown = names.length > MOST_STEPS_SHOWN ? [...names.slice(0, MOST_STEPS_SHOWN), '…'] : names;
  const chain = [...shown, names[0]].join(' -> ');
  return {
    address: resource.address,
    pointer,
    message: `${path} is ${nameHolder(holder)} of this offer and leads back to it: ${chain}.`,
    related: circle
      .slice(0, -1)
      .slice(0, MOST_STEPS_SHOWN)
      .map((step) => ({
        address: step.resource.address,
        pointer: step.links[step.next - 1]?.pointer ?? '',
        message: 'Part of the cycle.',
      })),
  };
}

/** No fix: the list is the display order, and either position may be the intended one. */
export const referenceDuplicate: SingleLintRule = {
  id: 'reference-duplicate',
  severity: 'warning',
  title: 'A list references the same item twice',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const first = new Map<string, string>();
    return listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const key = JSON.stringify([holder, path]);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, pointer);
      if (earlier === undefined) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `The list references ${path} twice.`,
          related: [{ address: resource.address, pointer: earlier, message: 'First occurrence.' }],
        },
      ];
    });
  },
};

/** The kind that each list holds (API reference, section 3). */
const KIND_OF_HOLDER: Record<string, string> = {
  cross_sell_addons__limio: 'add_on',
  cross_sell_offers__limio: 'offer',
  upsell_offers__limio: 'offer',
  upgrade_offers__limio: 'offer',
  downgrade_offers__limio: 'offer',
};

const HOLDERS = ['cross_sell_addons__limio', 'cross_sell_offers__limio', 'upsell_offers__limio'];

export const referenceKind: SingleLintRule = {
  id: 'reference-kind',
  severity: 'warning',
  title: 'A list references an item of the wrong kind',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const links = listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const [kind, wanted] = [findKindOfPath(path), KIND_OF_HOLDER[holder]];
      if (kind === undefined || wanted === undefined || kind === wanted) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `"${holder}" holds items of kind ${wanted}, but ${path} is of kind ${kind}.`,
        },
      ];
    });
    const groups = HOLDERS.flatMap((holder): LintFinding[] => {
      const type = textOf(objectAt(attributes, holder), 'item_type');
      if (type === '' || type === KIND_OF_HOLDER[holder]) return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(holder, 'item_type'),
          message: `"${holder}" holds items of kind ${KIND_OF_HOLDER[holder]}, but its item_type is "${type}".`,
        },
      ];
    });
    return [...links, ...groups];
  },
};

/** `validate` finds only near misses of declared items, and `plan` checks only what changes. */
export const referenceMissing: SingleLintRule = {
  id: 'reference-missing',
  severity: 'error',
  title: 'A reference points to an item that does not exist',
  kinds: ['offer', 'add_on', 'product', 'promo_code'],
  needs: ['catalog'],
  check(resource, context): LintFinding[] {
    return listAddressReferences(resource).flatMap(({ address, pointer }): LintFinding[] => {
      const path = address.slice(address.indexOf(':') + 1);
      if (context.find(address) || context.catalog?.has(path)) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `${path} exists neither in the files nor in the tenant.`,
          hint: 'Correct the path, or remove the reference.',
        },
      ];
    });
  },
};

/** Not `upsell_offers__limio`: pages that compare plans list the offer itself there. */
const NEVER_TO_SELF = new Set([
  'upgrade_offers__limio',
  'downgrade_offers__limio',
  'cross_sell_addons__limio',
  'cross_sell_offers__limio',
]);

export const referenceToSelf: SingleLintRule = {
  id: 'reference-to-self',
  severity: 'error',
  title: 'An item is its own upgrade, downgrade or cross-sell',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listLinks(resource, context)
      .filter(({ holder, path }) => NEVER_TO_SELF.has(holder) && path === resource.name)
      .map(({ holder, pointer }) => ({
        address: resource.address,
        pointer,
        message: `The item is listed as ${nameHolder(holder)} of itself.`,
        hint: 'Remove the reference.',
      }));
  },
};

export const referenceUpAndDown: SingleLintRule = {
  id: 'reference-up-and-down',
  severity: 'warning',
  title: 'An offer is both an upgrade and a downgrade of another',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const links = listLinks(resource, context);
    const up = new Map(
      links.filter(({ holder }) => holder === 'upgrade_offers__limio').map((link) => [link.path, link.pointer]),
    );
    return links
      .filter(({ holder, path }) => holder === 'downgrade_offers__limio' && up.has(path))
      .map(({ path, pointer }) => ({
        address: resource.address,
        pointer,
        message: `${path} is also listed as an upgrade of this offer.`,
        related: [{ address: resource.address, pointer: up.get(path) ?? '', message: 'Listed as an upgrade here.' }],
      }));
  },
};
