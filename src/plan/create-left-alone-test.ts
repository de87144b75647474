import { parseIgnoreRule } from '../model/policies.js';
import { matchGlob } from '../model/text.js';
import { isIgnored } from './ignore-fields.js';
import type { PlanContext } from './plan-context.js';

/**
 * Why an object as such is left to others, whoever declares it; undefined where it is not. `partly`:
 * others own it, and git some field of it, which a file may declare.
 */
export function createLeftAloneTest({
  ignore,
  ownership,
}: Pick<PlanContext, 'ignore' | 'ownership'>): (address: string) => 'ignore' | 'ownership' | 'partly' | undefined {
  const ignored = ignore.map(parseIgnoreRule);
  const others = [...(ownership?.app ?? []), ...(ownership?.server ?? [])].map(parseIgnoreRule);
  const git = (ownership?.git ?? []).map(parseIgnoreRule);
  return (address) => {
    if (isIgnored(address, ignored)) return 'ignore';
    if (!isIgnored(address, others) || isIgnored(address, git)) return undefined;
    return git.some((rule) => matchGlob(rule.address, address)) ? 'partly' : 'ownership';
  };
}
