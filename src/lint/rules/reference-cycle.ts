import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { type ItemLink, listLinks, nameHolder } from '../attributes.js';

/** Upgrades and downgrades have a direction; cross-sells may reference each other. */
const HOLDERS = ['upgrade_offers__limio', 'downgrade_offers__limio'] as const;
const MOST_SHOWN = 4;

export const referenceCycle: JointLintRule = {
  id: 'reference-cycle',
  severity: 'warning',
  title: 'Upgrades or downgrades form a cycle',
  kinds: ['offer'],
  checkAll(resources, context): LintFinding[] {
    const byPath = new Map(resources.map((resource) => [resource.name, resource]));
    const all = new Map(resources.map((resource) => [resource.name, listLinks(resource, context)]));
    return HOLDERS.flatMap((holder) => findCycles(byPath, all, holder));
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
      if (from !== undefined) findings.push(describe(stack.slice(from), step.resource, link));
      else if (target && !done.has(link.path)) {
        depth.set(link.path, stack.length);
        stack.push({ resource: target, links: linksOf(link.path), next: 0 });
      }
    }
  }
  return findings;
}

function describe(
  circle: readonly Step[],
  resource: DesiredResource,
  { holder, path, pointer }: ItemLink,
): LintFinding {
  const names = circle.map((step) => step.resource.name);
  const shown = names.length > MOST_SHOWN ? [...names.slice(0, MOST_SHOWN), '…'] : names;
  const chain = [...shown, names[0]].join(' -> ');
  return {
    address: resource.address,
    pointer,
    message: `${path} is ${nameHolder(holder)} of this offer and leads back to it: ${chain}.`,
    related: circle
      .slice(0, -1)
      .slice(0, MOST_SHOWN)
      .map((step) => ({
        address: step.resource.address,
        pointer: step.links[step.next - 1]?.pointer ?? '',
        message: 'Part of the cycle.',
      })),
  };
}
