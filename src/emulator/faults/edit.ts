import { LimioError } from '../../errors/errors.js';
import { asObject, getOwn, listAt, textAt } from '../../model/json.js';
import { readItemPath } from '../catalog-items.js';
import { parseJson } from '../route.js';
import { createTenantEdit, runTenantEditCall, type TenantEditCall } from '../edit-tenant.js';
import type { FaultCall } from './fault-rules.js';

/** The field that an edit of `target` sets. No repository declares it. */
const FIELD = 'edited_by_hand';

/** An edit by another person. Returns false if there is nothing to edit. */
export function runEdit(edit: 'target' | TenantEditCall, call: FaultCall, turn: number): boolean {
  try {
    if (edit !== 'target') runTenantEditCall(call.tenant, edit);
    else return editTarget(call, `by a colleague, ${turn}`);
    return true;
  } catch (error) {
    if (error instanceof LimioError && error.code === 'ITEM_NOT_FOUND') return false;
    throw error;
  }
}

/** Edits the object of the request, or the first one of a bulk-update. */
function editTarget({ tenant, operation, request }: FaultCall, note: string): boolean {
  const edit = createTenantEdit(tenant);
  const [journey, promo] = [request.params['name'] ?? '', request.params['id'] ?? ''];
  switch (operation) {
    case 'head-item':
      edit.item(readItemPath(request), { [FIELD]: note });
      return true;
    case 'bulk-update':
      edit.item(readFirstPath(request.bodyText), { [FIELD]: note });
      return true;
    case 'get-journey':
    case 'put-journey': {
      const data = tenant.journeys.get(journey)?.record.data;
      if (data) edit.journey(journey, { ...data, [FIELD]: note });
      return data !== undefined;
    }
    case 'get-promo':
    case 'put-promo': {
      const code = getOwn(tenant.promoCodes.get(promo)?.record.data ?? {}, 'promoCode');
      if (typeof code === 'string') edit.promoCode(code, { [FIELD]: note });
      return typeof code === 'string';
    }
    default:
      return false;
  }
}

function readFirstPath(bodyText: string): string {
  const [first] = listAt(asObject(parseJson(bodyText)), 'diffs');
  return textAt(asObject(first), 'path') ?? '';
}
