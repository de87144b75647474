import type { Plan } from '../../model/plan.js';
import { countThings } from '../../model/words.js';
import type {
  Gate,
  Lacking,
  PromotedField,
  PromotedObject,
  Promotion,
  PromotionContent,
} from '../../model/promotion.js';
import { describeLastEdit } from '../drift.js';
import { escapeTerminal } from '../escape.js';
import { nameField, viewField } from '../field.js';
import { COMMENT_BYTES, countBytes, listDiffLines, quoteCode, quoteWords, takeLines, writeFence } from '../markdown.js';
import { writeAlso } from '../plan/markdown.js';
import { type NextCommand, viewPage } from '../plan/view.js';
import { writeJson } from '../render.js';
import {
  announceStop,
  describePromoted,
  describeSince,
  isNew,
  listDecisions,
  listNextCommands,
  type PromotionCommands,
  splitObjects,
  summarisePromotion,
  summariseRest,
  toFieldChange,
} from './view.js';

export interface PromotionMarkdownOptions extends PromotionCommands {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
}

/** For a pull request or the summary of a CI step. Where the fields do not fit, only names are listed. */
export function renderPromotionMarkdown(promotion: Promotion, options: PromotionMarkdownOptions): string {
  const { from, to, gates, content, plan } = promotion;
  const { maxBytes = COMMENT_BYTES } = options;
  const head = [
    `### Promote ${quoteCode(from.environment)} to ${quoteCode(to.environment)}`,
    '',
    `**${quoteWords(summarisePromotion(promotion))}** in ${quoteCode(to.host)}`,
    '',
    ...gates.map(writeGate),
  ];
  const guards = plan?.guards.map(({ code, message }) => `- ${quoteCode(code)} ${quoteWords(message)}`) ?? [];
  const stop = plan ? announceStop(plan) : [];
  const foot = [
    ...(content ? ['', summariseRest(content.summary)] : []),
    ...(guards.length === 0 ? [] : ['', '**Withheld**', '', ...guards]),
    ...writeAlsoLive(plan),
    ...stop.flatMap((line) => ['', quoteWords(line)]),
    ...(plan ? ['', `Fingerprint ${quoteCode(plan.fingerprint)}`] : []),
    ...writeCommands(listNextCommands(plan, options)),
  ];
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return `${summarisePromotion(promotion)}\n`.slice(0, Math.max(0, maxBytes));
  return `${[...head, ...(content ? fitContent(content, promotion, options, room) : []), ...foot].join('\n')}\n`;
}

const MOST_LINES = 20;

function writeAlsoLive(plan: Plan | undefined): string[] {
  const lines = (plan?.publish.pages ?? []).map(viewPage).flatMap(({ path, also }) => {
    const edits = also.flatMap(writeAlso);
    return edits.length === 0 ? [] : [`- ${quoteCode(path)}`, ...edits];
  });
  if (lines.length === 0) return [];
  const more = lines.length - MOST_LINES;
  return ['', ...lines.slice(0, MOST_LINES), ...(more > 0 ? [`- and ${countThings(more, 'more line')}`] : [])];
}

const WORDS: Record<Gate['status'], string> = { pass: ' passed', fail: ' **FAILED**', unchecked: '' };

function writeGate({ name, status, message, remedy }: Gate): string {
  return `- ${name}${WORDS[status]}: ${quoteWords(message)}${remedy === undefined ? '' : ` → ${quoteWords(remedy)}`}`;
}

/** What somebody changed in the target comes first. */
function fitContent(
  content: PromotionContent,
  promotion: Promotion,
  options: PromotionMarkdownOptions,
  room: number,
): string[] {
  const { fresh, moved } = splitObjects(content);
  const isKept = moved.some(({ withheld }) => withheld !== undefined);
  const title = `Changed in ${quoteCode(promotion.to.environment)}: ${countThings(moved.length, 'object')}`;
  const movedHead = [
    '',
    `**${title}, ${isKept ? 'withheld' : 'overwritten'}**, ${quoteWords(describeSince(promotion))}`,
  ];
  const freshHead = ['', `**New in ${quoteCode(promotion.from.environment)}: ${countThings(fresh.length, 'object')}**`];
  const decisions = moved.length > 0 && isKept ? writeCommands(listDecisions(moved, promotion, options)) : [];
  const added = content.added.map(({ address, neededBy }) => [
    `- ${quoteCode(address)}, needed by ${quoteCode(neededBy)}`,
  ]);
  const lists = [
    ...takeLines(['', '**Selected as well**', ''], added, Math.floor(room / 4)),
    ...takeLines(
      ['', `**${quoteCode(promotion.to.environment)} does not have**`, ''],
      content.lacking.map(writeLacking),
      Math.floor(room / 4),
    ),
  ];
  const whole = [...listWhole(movedHead, moved), ...decisions, ...listWhole(freshHead, fresh), ...lists];
  if (countBytes(whole) <= room) return whole;
  const first = listNames(movedHead, moved, Math.floor(room / 2));
  const second = listNames(freshHead, fresh, room - countBytes([...first, ...lists]));
  return [...first, ...second, ...lists];
}

function listWhole(heading: readonly string[], objects: readonly PromotedObject[]): string[] {
  return objects.length === 0 ? [] : [...heading, ...objects.flatMap(writeObject)];
}

function listNames(heading: readonly string[], objects: readonly PromotedObject[], maxBytes: number): string[] {
  return takeLines(
    [...heading, ''],
    objects.map((object) => [`- ${writeHead(object)}`]),
    maxBytes,
  );
}

function writeHead(object: PromotedObject): string {
  const what = describePromoted(object);
  const why =
    object.withheld === undefined || object.withheld === 'overwrites'
      ? ''
      : `withheld: it needs ${quoteCode(object.withheld)}`;
  return [quoteCode(object.address), what, why].filter((part) => part !== '').join(', ');
}

function writeObject(object: PromotedObject): string[] {
  const note = isNew(object) ? undefined : describeLastEdit(object);
  const diff = object.change === 'deleted' && isNew(object) ? [] : object.fields.flatMap(listFieldLines);
  return [
    '',
    writeHead(object),
    ...(note === undefined ? [] : ['', `Last edited ${quoteWords(note)}`]),
    ...(diff.length === 0 ? [] : ['', ...writeFence('diff', diff)]),
  ];
}

/** A changed field also shows the value of the last apply. */
function listFieldLines(field: PromotedField): string[] {
  const { path, base, own, class: kind } = field;
  const lines = listDiffLines(viewField(toFieldChange(field)));
  const note = own
    ? listDiffLines({
        name: `${nameField(path)}: its own value, not tested in the source`,
        form: 'set',
        removed: [],
        added: [],
      })
    : [];
  if (kind === 'new-in-source' || base === undefined) return [...lines, ...note];
  return [
    ...lines,
    ...note,
    ...listDiffLines({ name: `${nameField(path)}: last applied`, form: 'set', removed: [writeJson(base)], added: [] }),
  ];
}

function writeLacking({ what, neededBy, todo }: Lacking): string[] {
  const by = neededBy.length === 0 ? '' : `, needed by ${neededBy.map((one) => quoteCode(one)).join(', ')}`;
  return [`- ${quoteCode(what)}${by}: ${quoteWords(todo)}`];
}

function writeCommands(commands: readonly NextCommand[]): string[] {
  return commands.flatMap(({ what, command }) => [
    '',
    `${quoteWords(what)}:`,
    ...writeFence('sh', [escapeTerminal(command)]),
  ]);
}
