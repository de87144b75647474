import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import type { RunCommand } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import type { CliIo } from '../cli-io.js';
import { askYes } from './ask-yes.js';

export interface YesOptions {
  yes?: boolean;
  allowProtected?: string;
}

/**
 * `file`: the saved plan, when it is one. A plan that does nothing needs no consent. `--yes` never stands for the consent to a protected environment.
 * @throws LimioError PROTECTED, CONSENT_REQUIRED.
 */
export async function requireConsent(
  io: CliIo,
  command: RunCommand,
  plan: Plan,
  options: YesOptions,
  file?: string,
): Promise<void> {
  if (plan.changes.length === 0 && plan.publish.pages.length === 0) return;
  const { environment } = plan;
  if (plan.protected && options.allowProtected !== environment) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${environment} (${plan.host}) is protected; nothing was written.`,
      hint: `To change it, add --allow-protected=${environment}`,
    });
  }
  if (options.yes === true) return;
  if (io.stdin.isTTY !== true) {
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: 'There is no terminal to ask at; nothing was written.',
      hint:
        command === 'apply'
          ? `To apply without a question: ${formatCommand('apply', ...(file === undefined ? ['--env', environment] : [file]), '--yes')}`
          : `To ${command} without a question, add --yes`,
    });
  }
  const question =
    command === 'publish'
      ? 'Build and publish these pages of'
      : command === 'rollback'
        ? 'Apply this rollback to'
        : 'Apply this plan to';
  if (!(await askYes(io, `${question} ${environment} (${plan.host})?`))) {
    throw new LimioError({ code: 'CONSENT_REQUIRED', message: 'You did not say yes; nothing was written.' });
  }
}
