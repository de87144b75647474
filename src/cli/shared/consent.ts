import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { listIdleConsents } from '../../apply/select.js';
import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import type { RunCommand } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import { type PlanTextOptions, renderPlanText } from '../../render/plan/text.js';
import type { CliIo, CommonOptions } from './io.js';
import { chooseTextOptions } from './output.js';

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

/** Asks at the terminal; only `yes` is a yes. Ctrl-C and a closed input are a no. */
export async function askYes(io: CliIo, question: string): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin });
  try {
    io.stderr.write(`${question}\nOnly "yes" is accepted: `);
    // An input that ends (Ctrl-D) leaves the question itself unanswered for ever.
    const ended = once(prompt, 'close').then(() => '');
    const answer = await Promise.race([prompt.question('', { signal: io.signal }), ended]);
    return answer.trim() === 'yes';
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}

/** With JSON, stdout is for the one document, so people read the plan on stderr. */
export function showPlan(
  io: CliIo,
  plan: Plan,
  options: CommonOptions & ConsentOptions,
  how: Pick<PlanTextOptions, 'file' | 'brief'> = {},
): void {
  const consents = collectConsents(options);
  const stream = options.format === 'text' ? io.stdout : io.stderr;
  const text = renderPlanText(plan, { ...chooseTextOptions(stream, io, options), ...how, consents });
  if (options.format === 'text') io.stdout.write(`${text}\n`);
  else if (io.stderr.isTTY) io.stderr.write(text);
  for (const sentence of listIdleConsents(plan, consents)) io.stderr.write(`${sentence}\n`);
}

/** What the flags of apply consent to; each is a number that must equal the plan's, or the environment's name. */
export interface ConsentOptions {
  allowDelete?: number;
  allowPriceChange?: number;
  allowMassChange?: number;
  allowLookalike?: number;
  allowDefaultJourney?: number;
  allowBroaderPromo?: number;
  allowFreeze?: string;
}

const FLAGS: Record<keyof ConsentOptions, string> = {
  allowDelete: '--allow-delete',
  allowPriceChange: '--allow-price-change',
  allowMassChange: '--allow-mass-change',
  allowLookalike: '--allow-lookalike',
  allowDefaultJourney: '--allow-default-journey',
  allowBroaderPromo: '--allow-broader-promo',
  allowFreeze: '--allow-freeze',
};

/** Flag -> value, as guards ask for it. */
export function collectConsents(options: ConsentOptions): Map<string, string> {
  return new Map(
    (Object.keys(FLAGS) as (keyof ConsentOptions)[]).flatMap((key) => {
      const value = options[key];
      return value === undefined ? [] : [[FLAGS[key], String(value)]];
    }),
  );
}
