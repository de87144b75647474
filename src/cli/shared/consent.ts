import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { listIdleConsents, selectRunnable } from '../../apply/select.js';
import { LimioError } from '../../errors/errors.js';
import { findPlanStop, isLifted, listConsents, summariseStop } from '../../model/plan-stop.js';
import { CONSENT_FLAGS, type ConsentFlag, isEmptyPlan, type Plan } from '../../model/plan.js';
import type { Policies } from '../../model/policies.js';
import type { RunCommand } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import { type PlanTextOptions, renderPlanText } from '../../render/plan/text.js';
import { listStopCommands } from '../../render/plan/view.js';
import type { CliIo } from './io.js';
import type { CommonOptions, ConsentOptions, YesOptions } from './options.js';
import { chooseTextLayout } from './output.js';

/** With JSON, stdout is for the one document, so a person at a terminal reads the plan on stderr. */
export function showPlan(
  io: CliIo,
  plan: Plan,
  options: CommonOptions & ConsentOptions,
  how: Pick<PlanTextOptions, 'file' | 'brief' | 'unfold'> = {},
): void {
  const consents = collectConsents(options);
  const stream = options.format === 'text' ? io.stdout : io.stderr;
  const text = renderPlanText(plan, { ...chooseTextLayout(stream, io, options), ...how, consents });
  if (options.format === 'text') io.stdout.write(`${text}\n`);
  else if (io.stderr.isTTY) io.stderr.write(text);
  for (const sentence of listIdleConsents(plan, consents)) io.stderr.write(`${sentence}\n`);
}

/**
 * Refuses a plan that could run only in part, before anybody is asked about it. A plan runs under the policy of today,
 * whatever was allowed when it was saved. `words` begin the command as given: `apply plan.json`.
 * @throws LimioError PARTIAL.
 */
export function requireWhole(
  plan: Plan,
  policies: Pick<Policies, 'partial'>,
  words: readonly string[],
  options: YesOptions & ConsentOptions,
): void {
  if (options.allowPartial || policies.partial === 'allow') return;
  const consents = collectConsents(options);
  const stop = findPlanStop(plan, consents);
  if (!stop) return;
  const [lifted, standing] = [true, false].map((wanted) =>
    plan.guards.filter((guard) => isLifted(guard, consents) === wanted),
  );
  const { withheld } = selectRunnable(plan, consents);
  const commands = listStopCommands(stop, {
    words: [
      ...words,
      ...(options.yes ? ['--yes'] : []),
      ...(plan.protected ? [`--allow-protected=${plan.environment}`] : []),
    ],
    given: listConsents(lifted),
    hasRest: true,
  });
  throw new LimioError({
    code: 'PARTIAL',
    message: `Only a part of this plan could run, so nothing was written. Withheld: ${summariseStop(stop)}.`,
    hint: commands.map(({ what, command }) => `${what}: ${command}`).join('\n  '),
    details: {
      withheld: plan.changes.flatMap(({ address, action }) => {
        const error = withheld.get(address);
        return error ? [{ address, action, reason: error.code }] : [];
      }),
      guards: standing,
      consents: stop.consents,
    },
  });
}

const QUESTIONS: Record<Exclude<RunCommand, 'doctor'>, string> = {
  apply: 'Apply this plan to',
  rollback: 'Apply this rollback to',
  restore: 'Apply this plan, which restores earlier values, to',
  publish: 'Build and publish these pages of',
};

/**
 * Asks before a plan is executed; an empty plan needs no consent. `file` is the saved plan, if it is one; `full` is the
 * command with every consent, where it is known. `--yes` never covers a protected environment.
 * @throws LimioError PROTECTED, CONSENT_REQUIRED.
 */
export async function requireConsent(
  io: CliIo,
  command: keyof typeof QUESTIONS,
  plan: Plan,
  options: YesOptions,
  { file, full }: { file?: string | undefined; full?: string } = {},
): Promise<void> {
  if (isEmptyPlan(plan)) return;
  const { environment, host } = plan;
  if (plan.protected && options.allowProtected !== environment) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${environment} (${host}) is protected; nothing was written.`,
      hint:
        full === undefined ? `To change it, add --allow-protected=${environment}` : `To change it, run: ${full} --yes`,
    });
  }
  const what = file === undefined ? ['--env', environment] : [file];
  const withYes = full
    ? `Without confirmation: ${full} --yes`
    : command === 'apply'
      ? `To apply without confirmation: ${formatCommand('apply', ...what, '--yes')}`
      : `To ${command} without confirmation, add --yes`;
  await confirm(io, `${QUESTIONS[command]} ${environment} (${host})?`, options, withYes);
}

/** `hint` says how to go on without a terminal. @throws LimioError CONSENT_REQUIRED. */
export async function confirm(
  io: CliIo,
  question: string,
  { yes }: Pick<YesOptions, 'yes'>,
  hint: string,
): Promise<void> {
  if (yes === true) return;
  if (io.stdin.isTTY !== true) {
    const message = 'Cannot ask for confirmation without a terminal; nothing was written.';
    throw new LimioError({ code: 'CONSENT_REQUIRED', message, hint });
  }
  if (!(await askYes(io, question)))
    throw new LimioError({ code: 'CONSENT_REQUIRED', message: 'Not confirmed; nothing was written.' });
}

/** Ctrl-C and a closed input count as no. */
async function askYes(io: CliIo, question: string): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin });
  try {
    io.stderr.write(`${question}\nOnly "yes" is accepted: `);
    // When the input ends (Ctrl-D), the promise of the question itself never settles.
    const ended = once(prompt, 'close').then(() => '');
    const answer = await Promise.race([prompt.question('', { signal: io.signal }), ended]);
    return answer.trim() === 'yes';
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}

const OPTIONS: Record<ConsentFlag, Exclude<keyof ConsentOptions, 'allowPartial'>> = {
  '--allow-freeze': 'allowFreeze',
  '--allow-older': 'allowOlder',
  '--allow-dead-route': 'allowDeadRoute',
  '--allow-lookalike': 'allowLookalike',
  '--allow-mass-change': 'allowMassChange',
  '--allow-delete': 'allowDelete',
  '--allow-delete-unknown': 'allowDeleteUnknown',
  '--allow-overwrite': 'allowOverwrite',
  '--allow-price-change': 'allowPriceChange',
  '--allow-default-journey': 'allowDefaultJourney',
  '--allow-broader-promo': 'allowBroaderPromo',
  '--allow-also-publish': 'allowAlsoPublish',
};

/** Flag -> value, as guards compare it. */
export function collectConsents(options: ConsentOptions): Map<string, string> {
  return new Map(
    CONSENT_FLAGS.flatMap((flag) => {
      const value = options[OPTIONS[flag]];
      return value === undefined ? [] : [[flag, String(value)]];
    }),
  );
}
