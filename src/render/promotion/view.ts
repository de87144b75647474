import { summariseStop } from '../../model/plan-stop.js';
import { countUnread } from '../../model/plan-stop.js';
import { type FieldChange, isEmptyPlan, type Plan } from '../../model/plan.js';
import { countThings } from '../../model/words.js';
import type { PromotedField, PromotedObject, Promotion, PromotionContent } from '../../model/promotion.js';
import { formatCommand } from '../../model/text.js';
import { findStop, listStopCommands, type NextCommand, summarisePlan } from '../plan/view.js';

/* The words and the next commands of a promotion; text.ts and markdown.ts lay them out. */

export interface PromotionCommands {
  /** The command as given, without its options for output and consent. */
  resumeCommand: string;
  out?: string;
  allowOverwrite?: number;
}

/** `moved`: somebody changed them in the target. */
export function splitObjects({ objects }: PromotionContent): { fresh: PromotedObject[]; moved: PromotedObject[] } {
  return { fresh: objects.filter(isNew), moved: objects.filter((object) => !isNew(object)) };
}

export function isNew({ class: kind }: PromotedObject): boolean {
  return kind === 'new-in-source';
}

/** Empty where the fields say it all. */
export function describePromoted(object: PromotedObject): string {
  const { change } = object;
  if (object.class === 'both' && change === 'edited') return 'conflict: also changed in git';
  if (change === 'created') return 'not declared; the plan would delete it';
  if (change === 'undeclared') return 'no longer declared; the plan deletes it';
  if (change === 'deleted') return isNew(object) ? 'not there yet' : 'deleted there; the plan would create it again';
  return '';
}

export function toFieldChange({ path, live, files, show }: PromotedField): FieldChange {
  return {
    path,
    ...(live === undefined ? {} : { before: live }),
    ...(files === undefined ? {} : { after: files }),
    show,
  };
}

export function describeSince({ to }: Promotion): string {
  return to.last === undefined
    ? 'no snapshot of a last apply, so the cause is unknown'
    : `since the last apply of ${to.last}`;
}

export function listDecisions(
  moved: readonly PromotedObject[],
  { to }: Promotion,
  { resumeCommand, out }: PromotionCommands,
): NextCommand[] {
  // A pull of the whole object would lose what the files changed as well.
  const fixed =
    to.last === undefined
      ? []
      : moved.filter((object) => object.change === 'edited' && object.class === 'hot-fixed-in-target');
  const whole = moved.filter(
    (object) => !fixed.includes(object) && (object.change === 'edited' || object.change === 'declared'),
  );
  const keep = (what: string, objects: readonly PromotedObject[], ...command: string[]): NextCommand[] =>
    objects.length === 0
      ? []
      : [{ what, command: formatCommand(...command, '--env', to.environment, ...objects.map((one) => one.address)) }];
  return [
    ...keep('To keep these changes', fixed, 'drift', '--pull'),
    ...keep(`To keep all values of ${to.environment}`, whole, 'pull'),
    {
      what: 'To overwrite these changes',
      command: [resumeCommand, `--allow-overwrite=${moved.length}`, ...(out === undefined ? [] : ['--out', out])].join(
        ' ',
      ),
    },
  ];
}

export function summariseRest({ unchanged, intended, elsewhere }: PromotionContent['summary']): string {
  return [
    `${countThings(unchanged, 'object')} unchanged`,
    `${countThings(intended, 'intended difference')} (overlay, variable or map)`,
    ...(elsewhere === 0 ? [] : [`${elsewhere} declared for only one of the two`]),
  ].join(', ');
}

export function summarisePromotion({ plan, gates, content }: Promotion): string {
  if (!plan) {
    const failed = gates.filter(({ status }) => status === 'fail').length;
    return `Nothing planned: ${countThings(failed, 'gate')} failed.`;
  }
  const { publish, summary } = plan;
  if (isEmptyPlan(plan))
    return (content?.summary.withheld ?? 0) > 0 ? 'Nothing else to promote.' : 'Nothing to promote.';
  const pages = publish.pages.length === 0 ? '' : `, ${countThings(publish.pages.length, 'page')} to publish`;
  const counted = summarisePlan({ ...summary, ...countUnread(plan) });
  return `Plan for ${plan.environment}${plan.protected ? ' (protected)' : ''}: ${counted}${pages}`;
}

/** To save the plan, or to continue with the saved one. */
export function listNextCommands(
  plan: Plan | undefined,
  { resumeCommand, out, allowOverwrite }: PromotionCommands,
): NextCommand[] {
  if (!plan || isEmptyPlan(plan)) return [];
  if (out === undefined) {
    const consent = allowOverwrite === undefined ? [] : [`--allow-overwrite=${allowOverwrite}`];
    return [{ what: 'To save it', command: [resumeCommand, ...consent, '--out plan.json'].join(' ') }];
  }
  const words = ['apply', out, ...(plan.protected ? [`--allow-protected=${plan.environment}`] : [])];
  const stop = findStop(plan);
  return [
    { what: 'To review it', command: formatCommand('show', out) },
    ...(stop
      ? listStopCommands(stop, { words, hasRest: plan.withheld.length < plan.changes.length })
      : [{ what: 'To apply it', command: formatCommand(...words) }]),
  ];
}

/** `apply will stop before the first write: CREATE_BY_HAND (1 change)`; no line if it will not. */
export function announceStop(plan: Plan): string[] {
  const stop = findStop(plan);
  return stop ? [`apply will stop before the first write: ${summariseStop(stop)}`] : [];
}
