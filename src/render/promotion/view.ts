import { type FieldChange, isEmptyPlan, type Plan } from '../../model/plan.js';
import { countThings } from '../../model/words.js';
import type { PromotedField, PromotedObject, Promotion, PromotionContent } from '../../model/promotion.js';
import { formatCommand } from '../../model/text.js';
import { summarisePlan } from '../plan/view.js';

/** How the promotion was asked for, so that the next command can be named. */
export interface PromotionCommands {
  /** The command as it was given, without its options for output and consent. */
  again: string;
  out?: string;
  allowOverwrite?: number;
}

export interface NextCommand {
  what: string;
  command: string;
}

/** What the source proved, and what somebody changed in the target. */
export function splitObjects({ objects }: PromotionContent): { fresh: PromotedObject[]; moved: PromotedObject[] } {
  return { fresh: objects.filter(isNew), moved: objects.filter((object) => !isNew(object)) };
}

export function isNew({ class: kind }: PromotedObject): boolean {
  return kind === 'new-in-source';
}

/** What is to be said of an object besides its fields; empty where they say it all. */
export function describePromoted(object: PromotedObject): string {
  const { change } = object;
  if (object.class === 'both' && change === 'edited') return 'conflict: changed in git as well';
  if (change === 'created') return 'not declared; the plan would delete it';
  if (change === 'undeclared') return 'no longer declared; the plan deletes it';
  if (change === 'deleted') return isNew(object) ? 'not there yet' : 'deleted there; the plan would create it again';
  return '';
}

/** From what is live to what the plan puts there. */
export function toPromotedMove({ path, live, files, show }: PromotedField): FieldChange {
  return {
    path,
    ...(live === undefined ? {} : { before: live }),
    ...(files === undefined ? {} : { after: files }),
    show,
  };
}

export function describeSince({ to }: Promotion): string {
  return to.last === undefined
    ? 'there is no snapshot of a last apply, so the cause is unknown'
    : `since the last apply of ${to.last}`;
}

/** The ways to decide about what was changed in the target. */
export function listDecisions(
  moved: readonly PromotedObject[],
  { to }: Promotion,
  { again, out }: PromotionCommands,
): NextCommand[] {
  // What the files changed as well would be lost to a pull of the whole object, so only the rest of it is taken.
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
      : [
          {
            what,
            command: formatCommand(...command, '--env', to.environment, ...objects.map(({ address }) => address)),
          },
        ];
  return [
    ...keep('To keep what was changed there', fixed, 'drift', '--pull'),
    ...keep(`To keep all that ${to.environment} has`, whole, 'pull'),
    {
      what: 'To overwrite them',
      command: `${again} --allow-overwrite=${moved.length}${out === undefined ? '' : ` --out ${out}`}`,
    },
  ];
}

/** `3 objects unchanged, 4 intended differences (...)` */
export function summariseRest({ unchanged, intended, elsewhere }: PromotionContent['summary']): string {
  return [
    `${countThings(unchanged, 'object')} unchanged`,
    `${countThings(intended, 'intended difference')} (overlay, variable or map)`,
    ...(elsewhere === 0 ? [] : [`${elsewhere} declared for one of the two only`]),
  ].join(', ');
}

/** What came of it, in one sentence. */
export function summarisePromotion({ plan, gates, content }: Promotion): string {
  if (!plan)
    return `Nothing was planned: ${countThings(gates.filter(({ status }) => status === 'fail').length, 'gate')} failed.`;
  const { publish, summary } = plan;
  if (isEmptyPlan(plan))
    return (content?.summary.withheld ?? 0) > 0 ? 'Nothing else to promote.' : 'Nothing to promote.';
  const pages = publish.pages.length === 0 ? '' : `, ${countThings(publish.pages.length, 'page')} to publish`;
  return `Plan for ${plan.environment}${plan.protected ? ' (protected)' : ''}: ${summarisePlan(summary)}${pages}`;
}

/** Saves the plan, or goes on with the saved one. */
export function listNextCommands(
  plan: Plan | undefined,
  { again, out, allowOverwrite }: PromotionCommands,
): NextCommand[] {
  if (!plan || isEmptyPlan(plan)) return [];
  if (out === undefined)
    return [
      {
        what: 'To save it',
        command: `${again}${allowOverwrite === undefined ? '' : ` --allow-overwrite=${allowOverwrite}`} --out plan.json`,
      },
    ];
  return [
    { what: 'To review it', command: formatCommand('show', out) },
    {
      what: 'To apply it',
      command: formatCommand('apply', out, ...(plan.protected ? [`--allow-protected=${plan.environment}`] : [])),
    },
  ];
}
