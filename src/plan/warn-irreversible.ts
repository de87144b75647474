import { isCatalogKind } from '../model/address.js';
import type { Change, PlanWarning, PublishPlan } from '../model/plan.js';
import { countThings } from './guards/count-things.js';

/**
 * What a rollback of the plan could not take back. Promo codes and journeys that a plan creates can be
 * deleted again (API reference, sections 2 and 6); catalog items are never deleted.
 */
export function warnIrreversible(changes: readonly Change[], publish: PublishPlan): PlanWarning[] {
  const pages = publish.pages.filter(({ tags }) => tags.length > 0).length;
  const created = changes.filter(({ kind, action }) => action === 'create' && isCatalogKind(kind)).length;
  const deletes = changes.filter(({ action }) => action === 'delete').length;
  return [
    ...(created === 0
      ? []
      : [
          toWarning(
            `${countThings(created, 'new catalog item')} cannot be undone: a rollback never deletes from the catalog. Delete in the web app what should not stay.`,
          ),
        ]),
    ...(pages === 0
      ? []
      : [
          toWarning(
            `Publishing ${countThings(pages, 'page')} cannot be undone: a rollback publishes the earlier values again, and visitors may have seen the new ones.`,
          ),
        ]),
    ...(deletes === 0
      ? []
      : [
          toWarning(
            `${countThings(deletes, 'deletion')} can be undone only in part: a rollback creates the same content anew, without the history that the tenant kept of it.`,
          ),
        ]),
  ];
}

function toWarning(message: string): PlanWarning {
  return { code: 'CANNOT_UNDO', message };
}
