import type { UsedBy } from '../../model/plan.js';
import type { ChangeView } from '../plan-view.js';
import { countThings } from '../count-things.js';
import { type PriceView, joinPrice } from '../view-price.js';
import type { VisitorsView } from '../view-visitors.js';
import { drawMermaid } from './draw-mermaid.js';
import { listDiffLines } from './list-diff-lines.js';
import { quoteCode } from './quote-code.js';
import { quoteWords } from './quote-words.js';
import { writeFence } from './write-fence.js';

const MOST_USERS = 5;
const MOST_VISITORS = 10;

/** The name of a change and what is done to it, on a line. */
export function nameChange({ action, address, withheldBy }: ChangeView): string[] {
  return [`- ${action} ${quoteCode(address)}${withheldBy.length > 0 ? ', withheld' : ''}`];
}

/** All of a change, and the same without the picture. */
export function writeChange(change: ChangeView): string[][] {
  const fields = change.action === 'delete' ? [] : change.listFields();
  const uses = change.usedBy.length > 0 ? ['', writeUsers(change.usedBy)] : [];
  const diff = fields.length === 0 ? [] : ['', ...writeFence('diff', fields.flatMap(listDiffLines))];
  const whole = ['', writeHead(change), ...uses, ...change.listVisitors().flatMap(writeVisitors), ...diff];
  return change.routing ? [[...whole, '', ...drawMermaid(change.routing)], whole] : [whole];
}

function writeHead({ action, address, place, reason, risk, withheldBy }: ChangeView): string {
  return [
    `**${action}** ${quoteCode(address)}`,
    place === undefined ? quoteWords(reason) : quoteCode(place),
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map((code) => quoteCode(code)).join(', ')}`] : []),
  ].join(' · ');
}

function writeVisitors({ path, hosts, rows, rest }: VisitorsView): string[] {
  const hidden = rows.length - MOST_VISITORS;
  return [
    '',
    `Visitors of ${quoteCode(path)}${hosts === undefined ? '' : ` on ${quoteCode(hosts)}`}:`,
    '',
    ...rows
      .slice(0, MOST_VISITORS)
      .map(({ who, before, after }) => `- ${quoteCode(who)}: ${quoteCode(before)} → ${quoteCode(after)}`),
    ...(hidden > 0 ? [`- and ${countThings(hidden, 'more sort', 'more sorts')} of visitors`] : []),
    ...(rest === undefined ? [] : [`- ${rest}`]),
  ];
}

export function writeUsers(users: UsedBy['users']): string {
  const shown = users.slice(0, MOST_USERS).map(({ ref, how }) => `${quoteCode(ref)} (${quoteWords(how)})`);
  return `Used by ${[...shown, ...(users.length > MOST_USERS ? [`${users.length - MOST_USERS} more`] : [])].join(', ')}`;
}

export function writePrice(price: PriceView): string {
  const amounts = [price.before, price.after]
    .filter((amount) => amount !== undefined)
    .map((amount) => quoteCode(amount));
  return `- ${joinPrice({ ...price, label: quoteWords(price.label), ...(price.percent === undefined ? {} : { percent: quoteWords(price.percent) }) }, amounts.join(' → '))}`;
}
