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
import { escapeName, escapeSentence, escapeShort, escapeTenant, escapeTerminal } from '../escape.js';
import { formatField, nameField } from '../field.js';
import type { Style } from '../terminal.js';
import { renderAlso } from '../plan/text.js';
import { type NextCommand, viewPage } from '../plan/view.js';
import { joinBlocks, writeJson } from '../render.js';
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

export interface PromotionTextOptions extends PromotionCommands {
  style: Style;
  width?: number;
}

/** Gates, new objects, changed objects, missing objects, the plan, the next command. */
export function renderPromotionText(promotion: Promotion, options: PromotionTextOptions): string {
  const { style, width } = options;
  const { content, gates } = promotion;
  const blocks = [
    style.bold(`Promote ${escapeTenant(promotion.from)} to ${escapeTenant(promotion.to)}`),
    [style.bold('Gates'), ...gates.flatMap((gate) => writeGate(gate, style))].join('\n'),
    ...(content ? writeContent(content, promotion, options) : []),
    writeEnd(promotion, options),
  ];
  return joinBlocks(blocks, width);
}

const WORDS: Record<Gate['status'], string> = { pass: 'pass', fail: 'FAIL', unchecked: '?   ' };

function writeGate({ name: gate, status, message, remedy }: Gate, style: Style): string[] {
  const paint = { pass: style.added, fail: style.removed, unchecked: style.changed }[status];
  return [
    `  ${paint(WORDS[status])}  ${gate.padEnd('references'.length)}  ${escapeSentence(message)}`,
    ...(remedy === undefined ? [] : [`                    ${escapeSentence(remedy)}`]),
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
            ...added.map(
              ({ address, neededBy }) => `  ${escapeName(address)}  ${style.dim(`needed by ${escapeName(neededBy)}`)}`,
            ),
          ].join('\n'),
        ]),
    ...(fresh.length === 0
      ? []
      : [
          [
            style.bold(`New in ${escapeName(from.environment)}: ${countThings(fresh.length, 'object')}`),
            ...fresh.flatMap((object) => writeObject(object, style)),
          ].join('\n'),
        ]),
    ...(moved.length === 0 ? [] : [writeMoved(moved, promotion, options)]),
    ...(moved.length > 0 || !options.allowOverwrite
      ? []
      : [`--allow-overwrite=${options.allowOverwrite} is not needed: nothing would be overwritten.`]),
    ...(lacking.length === 0
      ? []
      : [
          [
            style.bold(`${escapeName(to.environment)} does not have`),
            ...lacking.map((one) => writeLacking(one, style)),
          ].join('\n'),
        ]),
    summariseRest(summary),
  ];
}

function writeMoved(moved: readonly PromotedObject[], promotion: Promotion, options: PromotionTextOptions): string {
  const { style, allowOverwrite } = options;
  const consented = moved.every(({ withheld }) => withheld === undefined);
  const end = consented ? `overwritten by --allow-overwrite=${moved.length}` : 'withheld';
  const wrong =
    allowOverwrite === undefined || consented
      ? []
      : [style.removed(`  --allow-overwrite=${allowOverwrite} is not ${moved.length}, so nothing is overwritten.`)];
  return [
    style.bold(`Changed in ${escapeName(promotion.to.environment)}: ${countThings(moved.length, 'object')}, ${end}`),
    style.dim(`  ${escapeSentence(describeSince(promotion))}`),
    ...moved.flatMap((object) => writeObject(object, style)),
    ...wrong,
    ...(consented ? [] : listDecisions(moved, promotion, options).map((next) => `  ${writeNext(next, style)}`)),
  ].join('\n');
}

function writeNext({ what, command }: NextCommand, style: Style): string {
  return `${escapeName(what)}: ${style.bold(escapeTerminal(command))}`;
}

function writeObject(object: PromotedObject, style: Style): string[] {
  const { address, fields, withheld } = object;
  const note = describeLastEdit(object);
  const why =
    withheld === undefined || withheld === 'overwrites'
      ? ''
      : style.removed(`  withheld: it needs ${escapeName(withheld)}`);
  const what = describePromoted(object);
  const sign = isNew(object) ? style.changed('~') : style.removed('!');
  return [
    `  ${sign} ${style.bold(escapeName(address))}${what === '' ? '' : style.dim(`  ${what}`)}${why}`,
    ...(isNew(object) || note === undefined ? [] : [style.dim(`      last edited ${escapeShort(note)}`)]),
    ...(object.change === 'deleted' && isNew(object) ? [] : fields.flatMap((field) => writeField(field, style))),
  ];
}

/** A changed field also shows the value of the last apply. */
function writeField(field: PromotedField, style: Style): string[] {
  const { path, base, own, class: kind } = field;
  const note = own ? style.dim('  (its own value, not tested in the source)') : '';
  const line = `      ${formatField(toFieldChange(field), style)}${note}`;
  if (kind === 'new-in-source' || base === undefined) return [line];
  return [line, style.dim(`        last applied ${escapeTerminal(nameField(path))}: ${escapeShort(writeJson(base))}`)];
}

function writeLacking({ what, neededBy, todo }: Lacking, style: Style): string {
  const by = neededBy.length === 0 ? '' : style.dim(`  needed by ${neededBy.map(escapeName).join(', ')}`);
  return `  ${escapeName(what)}${by}\n      ${escapeSentence(todo)}`;
}

function writeEnd(promotion: Promotion, options: PromotionTextOptions): string {
  const { style } = options;
  const { plan } = promotion;
  const next = listNextCommands(plan, options).map((one) => writeNext(one, style));
  return [
    style.bold(escapeSentence(summarisePromotion(promotion))),
    ...(plan && next.length > 0
      ? [
          ...plan.guards.map(
            ({ code, message }) => `  ${style.removed('withheld')} ${escapeName(code)}: ${escapeSentence(message)}`,
          ),
          ...plan.publish.pages.map(viewPage).flatMap(({ path, also }) => {
            const lines = also.flatMap((one) => renderAlso(one, style));
            return lines.length === 0 ? [] : [`  ${escapeName(path)}`, ...lines];
          }),
          ...announceStop(plan).map((line) => `  ${escapeSentence(line)}`),
          style.dim(`  Fingerprint ${escapeName(plan.fingerprint)}`),
        ]
      : []),
    ...next,
  ].join('\n');
}
