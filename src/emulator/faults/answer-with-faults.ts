import type { RequestLogEntry } from '../tenant.js';
import type { Delivery, FaultCall, Served } from './fault-call.js';
import type { ArmedRule } from './fault-book.js';
import type { FaultRule } from './fault-rule.js';
import { notePage } from './list-faults.js';
import { runEdit } from './run-edit.js';
import { serveFault } from './serve-fault.js';
import { takeDueRules } from './take-due-rules.js';

/**
 * Answers a call, with the faults whose turn it is: every edit, and the first of the others. The
 * log entry gets their names.
 *
 *   count -> edits `before` -> the fault or the route -> edits `after` -> names into the log
 */
export function answerWithFaults(call: FaultCall, entry: RequestLogEntry | undefined): Delivery {
  const due = takeDueRules(call.tenant.faults, call.operation, call.request);
  const fire = (armed: ArmedRule): void => {
    armed.fired += 1;
    if (entry) entry.faults = [...(entry.faults ?? []), nameRule(armed.rule)];
  };
  const edit = (when: 'before' | 'after'): void => {
    for (const armed of due) {
      const { rule } = armed;
      if (rule.fault !== 'edit' || (rule.when ?? 'before') !== when) continue;
      if (runEdit(rule.edit, call, armed.fired + 1)) fire(armed);
    }
  };
  edit('before');
  const { armed, served } = serveFirst(due, call);
  if (armed && served.fired) fire(armed);
  edit('after');
  notePage(call, served.answer);
  return served;
}

function serveFirst(due: readonly ArmedRule[], call: FaultCall): { armed?: ArmedRule; served: Served } {
  for (const armed of due) {
    if (armed.rule.fault !== 'edit') return { armed, served: serveFault(armed.rule, call) };
  }
  return { served: { answer: call.run(), fired: false } };
}

/** `status 502 after`, unless the rule has a name of its own. */
function nameRule(rule: FaultRule): string {
  if (rule.name !== undefined) return rule.name;
  const detail =
    rule.fault === 'status' ? [String(rule.status)] : rule.fault === 'rewritten-value' ? [rule.rewrite] : [];
  return [rule.fault, ...detail, ...('when' in rule && rule.when !== undefined ? [rule.when] : [])].join(' ');
}
