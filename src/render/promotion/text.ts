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
import { escapeTerminal, shortenText } from '../escape.js';
import { formatField, nameField } from '../field.js';
import type { Style } from '../terminal.js';
import { wrapText } from '../wrap.js';
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

const MOST_CHARACTERS = 200;

const MOST_SENTENCE_CHARACTERS = 2_000;

export interface PromotionTextOptions extends PromotionCommands {
  style: Style;
  width?: number;
}

/** Gates first, then what goes, what would be lost and what is lacking, then the plan and the next command. */
export function renderPromotionText(promotion: Promotion, options: PromotionTextOptions): string {
  const { style, width } = options;
  const { content, gates } = promotion;
  const blocks = [
    style.bold(
      `Promote ${name(promotion.from.environment)} (${name(promotion.from.host)}) to ${name(promotion.to.environment)} (${name(promotion.to.host)})`,
    ),
    [style.bold('Gates'), ...gates.flatMap((gate) => writeGate(gate, style))].join('\n'),
    ...(content ? writeContent(content, promotion, options) : []),
    writeEnd(promotion, options),
  ];
  const text = `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
  return width === undefined ? text : wrapText(text, width);
}

const WORDS: Record<Gate['status'], string> = { pass: 'pass', fail: 'FAIL', unchecked: '?   ' };

function writeGate({ name: gate, status, message, remedy }: Gate, style: Style): string[] {
  const paint = { pass: style.added, fail: style.removed, unchecked: style.changed }[status];
  return [
    `  ${paint(WORDS[status])}  ${gate.padEnd('references'.length)}  ${sentence(message)}`,
    ...(remedy === undefined ? [] : [`                    ${sentence(remedy)}`]),
  ];
}

function writeContent(content: PromotionContent, promotion: Promotion, options: PromotionTextOptions): string[] {
  const { style } = options;
  const { from, to } = promotion;
  const { added, lacking, summary } = content;
  const { fresh, moved } = splitObjects(content);
  return [
    ...(added.length === 0
      ? []
      : [
          [
            style.bold('Selected as well'),
            ...added.map(({ address, neededBy }) => `  ${name(address)}  ${style.dim(`needed by ${name(neededBy)}`)}`),
          ].join('\n'),
        ]),
    ...(fresh.length === 0
      ? []
      : [
          [
            style.bold(`New in ${name(from.environment)}: ${countThings(fresh.length, 'object')}`),
            ...fresh.flatMap((object) => writeObject(object, style)),
          ].join('\n'),
        ]),
    ...(moved.length === 0 ? [] : [writeMoved(moved, promotion, options)]),
    ...(moved.length > 0 || !options.allowOverwrite
      ? []
      : [`--allow-overwrite=${options.allowOverwrite} is not needed: nothing would be overwritten.`]),
    ...(lacking.length === 0
      ? []
      : [[style.bold(`${name(to.environment)} lacks`), ...lacking.map((one) => writeLacking(one, style))].join('\n')]),
    summariseRest(summary),
  ];
}

function writeMoved(moved: readonly PromotedObject[], promotion: Promotion, options: PromotionTextOptions): string {
  const { style, allowOverwrite } = options;
  const consented = moved.every(({ withheld }) => withheld === undefined);
  const wrong =
    allowOverwrite === undefined || consented
      ? []
      : [style.removed(`  --allow-overwrite=${allowOverwrite} is not ${moved.length}, so nothing is overwritten.`)];
  return [
    style.bold(
      `Changed in ${name(promotion.to.environment)}: ${countThings(moved.length, 'object')}, ${consented ? `overwritten by --allow-overwrite=${moved.length}` : 'withheld'}`,
    ),
    style.dim(`  ${sentence(describeSince(promotion))}`),
    ...moved.flatMap((object) => writeObject(object, style)),
    ...wrong,
    ...(consented ? [] : listDecisions(moved, promotion, options).map((next) => `  ${writeNext(next, style)}`)),
  ].join('\n');
}

function writeNext({ what, command }: NextCommand, style: Style): string {
  return `${name(what)}: ${style.bold(escapeTerminal(command))}`;
}

function writeObject(object: PromotedObject, style: Style): string[] {
  const { address, fields, withheld } = object;
  const note = describeTenant({ ...object, cause: 'app', fields: [] });
  const why =
    withheld === undefined || withheld === 'overwrites' ? '' : style.removed(`  withheld: it needs ${name(withheld)}`);
  const what = describePromoted(object);
  return [
    `  ${isNew(object) ? style.changed('~') : style.removed('!')} ${style.bold(name(address))}${what === '' ? '' : style.dim(`  ${what}`)}${why}`,
    ...(isNew(object) || note === undefined
      ? []
      : [style.dim(`      last edited ${escapeTerminal(shortenText(note, MOST_CHARACTERS))}`)]),
    ...(object.change === 'deleted' && isNew(object) ? [] : fields.flatMap((field) => writeField(field, style))),
  ];
}

/** From what is live to what the plan puts there; of a conflict with what was there before both. */
function writeField(field: PromotedField, style: Style): string[] {
  const { path, base, own, class: kind } = field;
  const line = `      ${formatField(toPromotedMove(field), style)}${own ? style.dim('  (its own value, not tried in the source)') : ''}`;
  if (kind === 'new-in-source' || base === undefined) return [line];
  return [
    line,
    style.dim(
      `        last applied ${escapeTerminal(nameField(path))}: ${escapeTerminal(shortenText(writeJson(base), MOST_CHARACTERS))}`,
    ),
  ];
}

function writeLacking({ what, neededBy, todo }: Lacking, style: Style): string {
  const by = neededBy.length === 0 ? '' : style.dim(`  needed by ${neededBy.map(name).join(', ')}`);
  return `  ${name(what)}${by}\n      ${sentence(todo)}`;
}

function writeEnd(promotion: Promotion, options: PromotionTextOptions): string {
  const { style } = options;
  const { plan } = promotion;
  const next = listNextCommands(plan, options).map((one) => writeNext(one, style));
  return [
    style.bold(sentence(summarisePromotion(promotion))),
    ...(plan && next.length > 0
      ? [
          ...plan.guards.map(
            ({ code, message }) => `  ${style.removed('withheld')} ${name(code)}: ${sentence(message)}`,
          ),
          style.dim(`  Fingerprint ${name(plan.fingerprint)}`),
        ]
      : []),
    ...next,
  ].join('\n');
}

function name(text: string): string {
  return escapeTerminal(shortenText(text, MOST_CHARACTERS));
}

function sentence(text: string): string {
  return escapeTerminal(shortenText(text, MOST_SENTENCE_CHARACTERS));
}
