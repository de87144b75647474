import { formatCommand } from '../model/format-command.js';
import type { Plan } from '../model/plan.js';
import type { Gate, Lacking, PromotedField, PromotedObject, Promotion, PromotionContent } from '../model/promotion.js';
import { countThings } from './count-things.js';
import { describeTenant } from './drift-view.js';
import { escapeTerminal } from './escape-terminal.js';
import { formatField } from './format-field.js';
import { summarisePlan } from './plan-view.js';
import { shortenText } from './shorten-text.js';
import type { Style } from './style.js';
import { nameField } from './view-field.js';
import { wrapText } from './wrap-text.js';
import { writeJson } from './write-json.js';

const MOST_CHARACTERS = 200;
const MOST_SENTENCE_CHARACTERS = 2_000;

export interface PromotionTextOptions {
  style: Style;
  width?: number;
  /** The command as it was given, without its options for output and consent. */
  again: string;
  out?: string;
  allowOverwrite?: number;
}

/** Gates first, then what goes, what would be lost and what is lacking, then the plan and the next command. */
export function renderPromotionText(promotion: Promotion, options: PromotionTextOptions): string {
  const { style, width } = options;
  const { content, gates, plan } = promotion;
  const blocks = [
    style.bold(`Promote ${name(promotion.from.environment)} (${name(promotion.from.host)}) to ${name(promotion.to.environment)} (${name(promotion.to.host)})`),
    [style.bold('Gates'), ...gates.flatMap((gate) => writeGate(gate, style))].join('\n'),
    ...(content ? writeContent(content, promotion, options) : []),
    writeEnd(plan, promotion, options),
  ];
  const text = `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
  return width === undefined ? text : wrapText(text, width);
}

const WORDS: Record<Gate['status'], string> = { pass: 'pass', fail: 'FAIL', unchecked: '?   ' };

function writeGate({ name: gate, status, message, mend }: Gate, style: Style): string[] {
  const paint = { pass: style.added, fail: style.removed, unchecked: style.changed }[status];
  return [`  ${paint(WORDS[status])}  ${gate.padEnd('references'.length)}  ${sentence(message)}`, ...(mend === undefined ? [] : [`                    ${sentence(mend)}`])];
}

function writeContent({ objects, added, lacking, summary }: PromotionContent, promotion: Promotion, options: PromotionTextOptions): string[] {
  const { style } = options;
  const { from, to } = promotion;
  const fresh = objects.filter((object) => object.class === 'new-in-source');
  const moved = objects.filter((object) => object.class !== 'new-in-source');
  return [
    ...(added.length === 0 ? [] : [[style.bold('Selected as well'), ...added.map(({ address, neededBy }) => `  ${name(address)}  ${style.dim(`needed by ${name(neededBy)}`)}`)].join('\n')]),
    ...(fresh.length === 0 ? [] : [[style.bold(`New in ${name(from.environment)}: ${countThings(fresh.length, 'object')}`), ...fresh.flatMap((object) => writeObject(object, style))].join('\n')]),
    ...(moved.length === 0 ? [] : [writeMoved(moved, promotion, options)]),
    ...(moved.length > 0 || !options.allowOverwrite ? [] : [`--allow-overwrite=${options.allowOverwrite} is not needed: nothing would be overwritten.`]),
    ...(lacking.length === 0 ? [] : [[style.bold(`${name(to.environment)} lacks`), ...lacking.map((one) => writeLacking(one, style))].join('\n')]),
    [
      `${countThings(summary.unchanged, 'object')} unchanged`,
      `${countThings(summary.intended, 'intended difference')} (overlay, variable or map)`,
      ...(summary.elsewhere === 0 ? [] : [`${summary.elsewhere} declared for one of the two only`]),
    ].join(', '),
  ];
}

function writeMoved(moved: readonly PromotedObject[], { to }: Promotion, { style, again, out, allowOverwrite }: PromotionTextOptions): string {
  const consented = moved.every(({ withheld }) => withheld === undefined);
  const since = to.last === undefined ? 'there is no snapshot of a last apply, so the cause is unknown' : `since the last apply of ${name(to.last)}`;
  // What the files changed as well would be lost to a pull of the whole object, so only the rest of it is taken.
  const fixed = to.last === undefined ? [] : moved.filter((object) => object.happening === 'edited' && object.class === 'hot-fixed-in-target');
  const whole = moved.filter((object) => !fixed.includes(object) && (object.happening === 'edited' || object.happening === 'declared'));
  const writeKeep = (what: string, objects: readonly PromotedObject[], ...command: string[]): string[] =>
    objects.length === 0 ? [] : [`  ${what}: ${style.bold(escapeTerminal(formatCommand(...command, '--env', to.environment, ...objects.map(({ address }) => address))))}`];
  const wrong = allowOverwrite === undefined || consented ? [] : [style.removed(`  --allow-overwrite=${allowOverwrite} is not ${moved.length}, so nothing is overwritten.`)];
  const advice = [
    ...writeKeep('To keep what was changed there', fixed, 'drift', '--pull'),
    ...writeKeep(`To keep all that ${name(to.environment)} has`, whole, 'pull'),
    `  To overwrite them: ${style.bold(escapeTerminal(`${again} --allow-overwrite=${moved.length}${out === undefined ? '' : ` --out ${out}`}`))}`,
  ];
  return [
    style.bold(`Changed in ${name(to.environment)}: ${countThings(moved.length, 'object')}, ${consented ? `overwritten by --allow-overwrite=${moved.length}` : 'withheld'}`),
    style.dim(`  ${since}`),
    ...moved.flatMap((object) => writeObject(object, style)),
    ...wrong,
    ...(consented ? [] : advice),
  ].join('\n');
}

function writeObject(object: PromotedObject, style: Style): string[] {
  const { address, fields, withheld } = object;
  const note = describeTenant({ ...object, cause: 'app', fields: [] });
  const why = withheld === undefined || withheld === 'overwrites' ? '' : style.removed(`  withheld: it needs ${name(withheld)}`);
  const isNew = object.class === 'new-in-source';
  const what = describe(object);
  return [
    `  ${isNew ? style.changed('~') : style.removed('!')} ${style.bold(name(address))}${what === '' ? '' : style.dim(`  ${what}`)}${why}`,
    ...(isNew || note === undefined ? [] : [style.dim(`      last edited ${escapeTerminal(shortenText(note, MOST_CHARACTERS))}`)]),
    ...(isCreation(object) ? [] : fields.flatMap((field) => writeField(field, style))),
  ];
}

function isCreation({ happening, class: kind }: PromotedObject): boolean {
  return happening === 'deleted' && kind === 'new-in-source';
}

function describe({ happening, class: kind }: PromotedObject): string {
  if (kind === 'both' && happening === 'edited') return 'conflict: changed in git as well';
  if (happening === 'created') return 'not declared; the plan would delete it';
  if (happening === 'undeclared') return 'no longer declared; the plan deletes it';
  if (happening === 'deleted') return kind === 'new-in-source' ? 'not there yet' : 'deleted there; the plan would create it again';
  return '';
}

/** From what is live to what the plan puts there; of a conflict with what was there before both. */
function writeField({ path, base, live, files, show, own, class: kind }: PromotedField, style: Style): string[] {
  const move = { path, ...(live === undefined ? {} : { before: live }), ...(files === undefined ? {} : { after: files }), show };
  const line = `      ${formatField(move, style)}${own ? style.dim('  (its own value, not tried in the source)') : ''}`;
  if (kind === 'new-in-source' || base === undefined) return [line];
  return [line, style.dim(`        last applied ${escapeTerminal(nameField(path))}: ${escapeTerminal(shortenText(writeJson(base), MOST_CHARACTERS))}`)];
}

function writeLacking({ what, neededBy, todo }: Lacking, style: Style): string {
  const by = neededBy.length === 0 ? '' : style.dim(`  needed by ${neededBy.map(name).join(', ')}`);
  return `  ${name(what)}${by}\n      ${sentence(todo)}`;
}

function writeEnd(plan: Plan | undefined, { gates, content, to }: Promotion, { style, again, out, allowOverwrite }: PromotionTextOptions): string {
  if (!plan) {
    return style.bold(`Nothing was planned: ${countThings(gates.filter(({ status }) => status === 'fail').length, 'gate')} failed.`);
  }
  const { changes, publish, guards, summary } = plan;
  if (changes.length + publish.pages.length === 0) return style.bold((content?.summary.withheld ?? 0) > 0 ? 'Nothing else to promote.' : 'Nothing to promote.');
  const pages = publish.pages.length === 0 ? '' : `, ${countThings(publish.pages.length, 'page')} to publish`;
  return [
    style.bold(`Plan for ${name(to.environment)}${plan.protected ? ' (protected)' : ''}: ${summarisePlan(summary)}${pages}`),
    ...guards.map(({ code, message }) => `  ${style.removed('withheld')} ${name(code)}: ${sentence(message)}`),
    style.dim(`  Fingerprint ${name(plan.fingerprint)}`),
    ...(out === undefined ? [`To save it: ${style.bold(escapeTerminal(`${again}${allowOverwrite === undefined ? '' : ` --allow-overwrite=${allowOverwrite}`} --out plan.json`))}`] : [`To review it: ${style.bold(escapeTerminal(formatCommand('show', out)))}`, `To apply it: ${style.bold(escapeTerminal(formatCommand('apply', out, ...(plan.protected ? [`--allow-protected=${to.environment}`] : []))))}`]),
  ].join('\n');
}

function name(text: string): string {
  return escapeTerminal(shortenText(text, MOST_CHARACTERS));
}

function sentence(text: string): string {
  return escapeTerminal(shortenText(text, MOST_SENTENCE_CHARACTERS));
}
