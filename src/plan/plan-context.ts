import type { Kind } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';

/** What a plan must know besides files and tenant. */
export interface PlanContext {
  environment: string;
  host: string;
  protected: boolean;
  scope: Partial<Record<Kind, string[]>>;
  dialect: Dialect;
  toolVersion: string;
  commit?: string;
}
