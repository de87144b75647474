import { createTenantEdit } from './edit-tenant.js';
import type { TenantEditCall } from './tenant-edit-call.js';
import type { Tenant } from './tenant.js';

/** @throws LimioError ITEM_NOT_FOUND where there is nothing to edit. */
export function runTenantEditCall(tenant: Tenant, call: TenantEditCall): void {
  const edit = createTenantEdit(tenant);
  if ('route' in call) edit.registerRoute(call.route);
  else if ('path' in call) {
    if ('deleted' in call) edit.deleteItem(call.path);
    else edit.item(call.path, call.attributes);
  } else if ('journey' in call) {
    if ('deleted' in call) edit.deleteJourney(call.journey);
    else edit.journey(call.journey, call.data);
  } else if ('deleted' in call) edit.deletePromoCode(call.promoCode);
  else edit.promoCode(call.promoCode, call.data);
}
