import type { DoctorReport, FindingStatus } from '../model/doctor.js';
import { ACCESS_CHECKS } from './checks/access-checks.js';
import { CATALOG_CHECKS } from './checks/catalog-checks.js';
import { LIST_CHECKS } from './checks/list-checks.js';
import { LIVE_CHECKS } from './checks/live-checks.js';
import type { Check } from './define-check.js';
import type { Facts, Setting } from './facts.js';

/** Every check, in the order in which people read them. */
export const CHECKS: readonly Check[] = [...ACCESS_CHECKS, ...LIST_CHECKS, ...CATALOG_CHECKS, ...LIVE_CHECKS];

/** Pure: what the facts say. */
export function runChecks(facts: Facts, setting: Setting): DoctorReport {
  const checks = CHECKS.map((check) => ({ id: check.id, title: check.title, ...check.judge(facts, setting) }));
  const count = (status: FindingStatus): number => checks.filter((one) => one.status === status).length;
  return {
    kind: 'limio-sync/doctor',
    formatVersion: 1,
    environment: setting.environment,
    host: setting.host,
    summary: { ok: count('ok'), warning: count('warning'), problem: count('problem'), unknown: count('unknown') },
    checks,
  };
}
