import type { Environment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { matchGlob } from '../../model/text.js';
import type { Canary } from './parse-canaries.js';

/** Nothing is tried on a protected environment, in a freeze, or on a protected object; no option lifts that. @throws LimioError PROTECTED, FREEZE, PROTECTED_ADDRESS. */
export function refuseLearning(
  environment: Pick<Environment, 'name' | 'host' | 'protected' | 'freeze' | 'protect'>,
  canaries: readonly Canary[],
  now: number,
): void {
  const { name, host, freeze, protect } = environment;
  if (environment.protected) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected, so nothing is tried on it; nothing was written.`,
      hint: 'Learn on a sandbox of the same platform version, and copy its dialect. No option lifts this.',
    });
  }
  const window = freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (window)
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${window.shown} (${window.reason}). Nothing was written.`,
      hint: 'Learn after the freeze.',
    });
  const canary = canaries.find(({ address }) => protect.some((pattern) => matchGlob(pattern, address)));
  if (canary)
    throw new LimioError({
      code: 'PROTECTED_ADDRESS',
      message: `${canary.address} is protected by the policy of ${name}; nothing was written.`,
      hint: 'Name an object that nobody needs.',
    });
}
