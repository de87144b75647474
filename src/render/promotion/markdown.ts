import { countThings } from '../../model/words.js';
import type {
  Gate,
  Lacking,
  PromotedField,
  PromotedObject,
  Promotion,
  PromotionContent,
} from '../../model/promotion.js';
import { describeTenant } from '../drift.js';
import { escapeTerminal } from '../escape.js';
import { nameField, viewField } from '../field.js';
import { countBytes, listDiffLines, quoteCode, quoteWords, takeLines, writeFence } from '../markdown.js';
import { writeJson } from '../words.js';
import {
  describePromoted,
  describeSince,
  isNew,
  listDecisions,
  listNextCommands,
  type NextCommand,
  type PromotionCommands,
  splitObjects,
  summarisePromotion,
  summariseRest,
  toPromotedMove,
} from './view.js';

/** What GitHub takes as the text of a comment. */
const COMMENT_BYTES = 65_536;

export interface PromotionMarkdownOptions extends PromotionCommands {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
}

/** The promotion for a pull request or the summary of a step. Too long a one loses fields, then names. */
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
  const foot = [
    ...(content ? ['', summariseRest(content.summary)] : []),
    ...(guards.length === 0 ? [] : ['', '**Withheld**', '', ...guards]),
    ...(plan ? ['', `Fingerprint ${quoteCode(plan.fingerprint)}`] : []),
    ...writeCommands(listNextCommands(plan, options)),
  ];
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return `${summarisePromotion(promotion)}\n`.slice(0, Math.max(0, maxBytes));
  return `${[...head, ...(content ? fitContent(content, promotion, options, room) : []), ...foot].join('\n')}\n`;
}

const WORDS: Record<Gate['status'], string> = { pass: ' passed', fail: ' **FAILED**', unchecked: '' };

function writeGate({ name, status, message, remedy }: Gate): string {
  return `- ${name}${WORDS[status]}: ${quoteWords(message)}${remedy === undefined ? '' : ` → ${quoteWords(remedy)}`}`;
}

/** What somebody changed in the target comes first: nothing of it must be missed. */
function fitContent(
  content: PromotionContent,
  promotion: Promotion,
  options: PromotionMarkdownOptions,
  room: number,
): string[] {
  const { fresh, moved } = splitObjects(content);
  const isKept = moved.some(({ withheld }) => withheld !== undefined);
  const movedHead = [
    '',
    `**Changed in ${quoteCode(promotion.to.environment)}: ${countThings(moved.length, 'object')}, ${isKept ? 'withheld' : 'overwritten'}**, ${quoteWords(describeSince(promotion))}`,
  ];
  const freshHead = ['', `**New in ${quoteCode(promotion.from.environment)}: ${countThings(fresh.length, 'object')}**`];
  const decisions = moved.length > 0 && isKept ? writeCommands(listDecisions(moved, promotion, options)) : [];
  const added = content.added.map(({ address, neededBy }) => [
    `- ${quoteCode(address)}, needed by ${quoteCode(neededBy)}`,
  ]);
  const lists = [
    ...takeLines(['', '**Selected as well**', ''], added, Math.floor(room / 4)),
    ...takeLines(
      ['', `**${quoteCode(promotion.to.environment)} lacks**`, ''],
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
  const note = isNew(object) ? undefined : describeTenant({ ...object, cause: 'app', fields: [] });
  const diff = object.change === 'deleted' && isNew(object) ? [] : object.fields.flatMap(listFieldLines);
  return [
    '',
    writeHead(object),
    ...(note === undefined ? [] : ['', `The tenant says: last edited ${quoteWords(note)}`]),
    ...(diff.length === 0 ? [] : ['', ...writeFence('diff', diff)]),
  ];
}

/** Of what the target moved also what was there before. */
function listFieldLines(field: PromotedField): string[] {
  const { path, base, own, class: kind } = field;
  const lines = listDiffLines(viewField(toPromotedMove(field)));
  const note = own
    ? listDiffLines({
        name: `${nameField(path)}: its own value, not tried in the source`,
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
  return [
    `- ${quoteCode(what)}${neededBy.length === 0 ? '' : `, needed by ${neededBy.map((one) => quoteCode(one)).join(', ')}`}: ${quoteWords(todo)}`,
  ];
}

/** Each line begins with a word of ours, so that nothing foreign can end the block. */
function writeCommands(commands: readonly NextCommand[]): string[] {
  return commands.flatMap(({ what, command }) => [
    '',
    `${quoteWords(what)}:`,
    ...writeFence('sh', [escapeTerminal(command)]),
  ]);
}
