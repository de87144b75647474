import type { Guard } from '../../model/plan.js';
import { matchGlob } from '../../model/text.js';
import { countThings, nameFirst } from './count-things.js';
import type { GuardFacts } from './guard-facts.js';

/** What the environment's `protect` names is never changed; only an edit of the policy frees it. */
export function guardProtected({ changes, context }: Pick<GuardFacts, 'changes' | 'context'>): Guard[] {
  const stopped = changes.filter(({ address }) => context.protect.some((glob) => matchGlob(glob, address)));
  if (stopped.length === 0) return [];
  const addresses = stopped.map(({ address }) => address);
  const globs = context.protect.filter((glob) => addresses.some((address) => matchGlob(glob, address)));
  return [
    {
      code: 'PROTECTED_ADDRESS',
      message: `${countThings(stopped.length, 'change')} of what ${context.environment} protects: ${nameFirst(addresses)}.`,
      value: String(stopped.length),
      limit: '0',
      addresses,
      hint: `No consent lifts this. Leave the resource as it is, or take ${globs.map((glob) => `"${glob}"`).join(', ')} out of environments.${context.environment}.protect in limio.config and have that reviewed.`,
    },
  ];
}
