import type { Tenant } from '../tenant.js';

/** Runs something and puts back what it stored; tokens, cursors and the log stay as it left them. */
export function withoutEffect<T>(tenant: Tenant, run: () => T): T {
  // Records are replaced, never mutated, so copies of the maps hold everything.
  const before = {
    items: new Map(tenant.items),
    index: new Map(tenant.index),
    indexQueue: [...tenant.indexQueue],
    productCopies: new Map(tenant.productCopies),
    routes: new Set(tenant.routes),
    liveRoutes: new Map(tenant.liveRoutes),
    looseItems: new Map(tenant.looseItems),
    publishedAt: tenant.publishedAt,
    journeys: new Map(tenant.journeys),
    promoCodes: new Map(tenant.promoCodes),
    builds: new Map(tenant.builds),
    jobs: new Map(tenant.jobs),
  };
  const result = run();
  // The counter goes on: no version is ever given twice.
  Object.assign(tenant, before);
  return result;
}
