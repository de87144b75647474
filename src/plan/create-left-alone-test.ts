import { parseIgnoreRule } from '../model/ignore-rule.js';
import { isIgnored } from './ignore-fields.js';
import type { PlanContext } from './plan-context.js';

/** Why a whole object is left as the tenant has it, whoever declares it; undefined where it is not. */
export function createLeftAloneTest({ ignore, ownership }: Pick<PlanContext, 'ignore' | 'ownership'>): (address: string) => 'ignore' | 'ownership' | undefined {
  const ignored = ignore.map(parseIgnoreRule);
  const others = [...(ownership?.app ?? []), ...(ownership?.server ?? [])].map(parseIgnoreRule);
  const git = (ownership?.git ?? []).map(parseIgnoreRule);
  return (address) => {
    if (isIgnored(address, ignored)) return 'ignore';
    return isIgnored(address, others) && !isIgnored(address, git) ? 'ownership' : undefined;
  };
}
