import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks } from '../attributes.js';

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
