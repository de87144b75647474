import { LimioError } from '../../errors/errors.js';
import type { Workspace } from '../project/load-project.js';
import { SYSTEM_CLOCK } from '../system-clock.js';

export interface RawWriteOptions {
  write?: boolean;
  allowProtected?: string;
  allowFreeze?: string;
}

/**
 * A call that may change the tenant outside of any plan: it is not read back and not rolled back, so
 * it is asked for by name, and the policies of the environment hold for it too.
 * @throws LimioError CONSENT_REQUIRED, PROTECTED, FREEZE.
 */
export function requireRawWrite(
  { environment }: Workspace,
  { method }: { method: string },
  options: RawWriteOptions,
): void {
  const { name, host } = environment;
  if (options.write !== true) {
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: `${method} may change ${name} (${host}); nothing was sent.`,
      hint: 'It is not read back and cannot be rolled back. If you mean it, add --write',
    });
  }
  if (environment.protected && options.allowProtected !== name) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected; nothing was sent.`,
      hint: `To change it, add --allow-protected=${name}`,
    });
  }
  const now = SYSTEM_CLOCK.now();
  const freeze = environment.freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (freeze && options.allowFreeze !== name) {
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${freeze.shown} (${freeze.reason}); nothing was sent.`,
      hint: `Wait for its end, or add --allow-freeze=${name}`,
    });
  }
}
