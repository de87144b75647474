import type { Json } from '../model/json.js';
import { addFaults, createFaultBook, describeFaults, type FaultReport } from './faults/fault-book.js';
import type { FaultRule, FaultSchedule } from './faults/fault-rule.js';
import { parseFaultRules, parseFaults } from './faults/parse-faults.js';
import type { Tenant } from './tenant.js';

/**
 * What goes wrong from now on. Schedules and rules are checked, typed or not.
 * Each throws LimioError CONFIG_INVALID for a bad rule, and then changes nothing.
 */
export interface FaultControl {
  /** Counts and chances begin anew. */
  replace: (schedule: FaultSchedule | readonly FaultRule[] | Json) => void;
  add: (rules: FaultRule | readonly FaultRule[] | Json) => void;
  clear: () => void;
  /** The rules with how many requests each could have struck and how often it did. */
  show: () => { seed: number; rules: FaultReport[] };
}

export function createFaultControl(tenant: Tenant): FaultControl {
  return {
    replace: (schedule) => {
      tenant.faults = createFaultBook(parseFaults(schedule as Json));
    },
    add: (rules) => addFaults(tenant.faults, parseFaultRules(rules as Json)),
    clear: () => {
      tenant.faults = createFaultBook();
    },
    show: () => structuredClone(describeFaults(tenant.faults)),
  };
}
