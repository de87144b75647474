import type { Operation } from '../operations.js';
import type { Answer, ApiRequest, Route } from '../route.js';
import type { Tenant } from '../tenant.js';

/** A request on its way to the route that answers it. */
export interface FaultCall {
  tenant: Tenant;
  route: Route;
  operation: Operation;
  request: ApiRequest;
  /** Answers as a sound tenant does, this request or a changed one; takes effect. */
  run: (request?: ApiRequest) => Answer;
}

/** How an answer goes onto the wire, where that is not at once and whole. */
export type Wire = { kind: 'drop' } | { kind: 'cut' } | { kind: 'hang'; ms?: number } | { kind: 'slow'; ms: number };

export interface Delivery {
  answer: Answer;
  wire?: Wire;
}

/** `fired` is false when the fault found nothing to act on and the answer is a sound one. */
export interface Served extends Delivery {
  fired: boolean;
}
