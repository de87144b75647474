import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import { getCommitId, type Tenant } from './tenant.js';
import { removeItem } from './write-item.js';

const PREFIX = '/limio/catalogs/1/items/';

/** One item at head (API reference, sections 3 and 5). */
export const catalogItemRoutes: readonly Route[] = [
  { operation: 'head-item', area: 'admin', method: 'GET', path: `${PREFIX}*`, answer: answerHead },
  { operation: 'delete-item', area: 'admin', method: 'DELETE', path: `${PREFIX}*`, answer: answerDelete },
];

function answerHead(tenant: Tenant, request: ApiRequest): Answer {
  const item = tenant.items.get(readItemPath(request));
  if (!item) throw new Refusal(404, 'Not found');
  return answerJson({
    header: { commitId: getCommitId(tenant) },
    item: { parent_path: item.path.slice(0, item.path.lastIndexOf('/')), tree: [], ...item },
  });
}

function answerDelete(tenant: Tenant, request: ApiRequest): Answer {
  if (!removeItem(tenant, readItemPath(request))) throw new Refusal(404, 'Not found');
  return answerJson({ header: { commitId: getCommitId(tenant) } });
}

/** The leading slash is stripped; each segment, or the whole path, is percent-encoded (section 3). */
export function readItemPath(request: ApiRequest): string {
  try {
    const segments = request.rawPath.slice(PREFIX.length).split('/');
    return `/${segments.map(decodeURIComponent).join('/')}`;
  } catch {
    throw new Refusal(400, 'The path is not percent-encoded');
  }
}
