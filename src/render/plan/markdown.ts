import { countStopped, summariseStop } from '../../model/plan-stop.js';
import type { Guard, Plan } from '../../model/plan.js';
import { countThings } from '../../model/words.js';
import { COMMENT_BYTES, countBytes, quoteCode, quoteWords, takeLines } from '../markdown.js';
import { countOnceManaged, listOnceManaged } from '../once-managed.js';
import { EDITED_IN_APP, FIRST_TIME, NO_TAG, sayOnNoPage } from '../render.js';
import { indexBatches, nameItems } from './batches.js';
import { fitChanges, quoteField, writePrice, writeUsers } from './markdown-changes.js';
import {
  type AlsoView,
  buildPlanView,
  type ChangeView,
  type PlanView,
  summarisePlan,
  summariseUnmanaged,
} from './view.js';

export interface PlanMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  /** Identifies the comment: see `formatMarker`. */
  marker?: string;
  /** `Plan for production` when absent. */
  title?: string;
}

/**
 * A plan for a comment on a pull request. Guards, deletions and impact come first and take at most half of the
 * room, pages a quarter of the rest, changes what is left. Where even the changes' counts do not fit, only the
 * summary is shown.
 */
export function renderPlanMarkdown(
  plan: Plan,
  { maxBytes = COMMENT_BYTES, marker, title }: PlanMarkdownOptions = {},
): string {
  const view = buildPlanView(plan);
  const hidden = marker === undefined ? [] : [formatMarker(marker)];
  const heading = title === undefined ? `Plan for ${quoteCode(view.environment)}` : quoteWords(title);
  const head = [...hidden, `### ${heading}`, '', writeSummary(view), ...writeStop(view)];
  const foot = ['', `Fingerprint ${quoteCode(view.fingerprint)}`];
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  const top = fillTop(view, Math.floor(room / 2));
  const end = fillEnd(view, Math.floor((room - countBytes(top)) / 4));
  const changes = fitChanges(view.groups, room - countBytes(top) - countBytes(end));
  if (changes.length === 0 && view.groups.length > 0)
    return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  return `${[...head, ...top, ...changes, ...end, ...foot].join('\n')}\n`;
}

/** A hidden line by which the comment is found again. */
export function formatMarker(marker: string): string {
  return `<!-- ${marker.replace(/[^\w.:/ -]/g, '_').replace(/-{2,}/g, '-')} -->`;
}

function writeSummary({ summary, host, promotedFrom, ...view }: PlanView): string {
  const from = promotedFrom === undefined ? '' : `, promoted from ${quoteCode(promotedFrom)}`;
  const basis = view.writeBasis?.(quoteCode);
  const rests = basis === undefined ? '' : `, ${basis}`;
  return `**${summarisePlan(summary)}** in ${quoteCode(host)}${view.protected ? ' (protected)' : ''}${from}${rests}`;
}

function writeStop({ stop, hasWork }: PlanView): string[] {
  if (!stop) return [];
  const consents = stop.consents.length === 0 ? '' : `; consents: ${quoteCode(stop.consents.join(' '))}`;
  const rest = hasWork ? `; only the rest: ${quoteCode('--allow-partial')}` : '';
  return ['', `**apply will stop before the first write**: ${quoteWords(summariseStop(stop))}${consents}${rest}`];
}

function fillTop(view: PlanView, maxBytes: number): string[] {
  const deleted = view.groups.flatMap(({ changes }) => changes.filter(({ action }) => action === 'delete'));
  const impact = [
    ...view.prices.map((price) => [writePrice(price)]),
    ...view.usedBy.map(({ address, users }) => [`- ${quoteCode(address)}: ${writeUsers(users)}`]),
  ];
  const warnings = view.warnings.map(({ code, message }) => [`- ${quoteCode(code)} ${quoteWords(message)}`]);
  const byHand = view.byHand.map(({ address, parent }, i) => [
    `${i + 1}. ${quoteCode(address)} below ${quoteCode(parent)}`,
  ]);
  return fillParts(
    [
      { heading: ['', '> [!CAUTION]'], items: view.guards.map(writeGuard), short: view.guards.map(nameGuard) },
      { heading: ['', `**Deletes ${countThings(deleted.length, 'object')}**`, ''], items: deleted.map(writeDelete) },
      { heading: ['', '**Impact**', ''], items: impact },
      { heading: ['', '**Warnings**', ''], items: warnings },
      { heading: ['', '**To create by hand, in this order, with the values below**', ''], items: byHand },
    ],
    maxBytes,
  );
}

function fillEnd(view: PlanView, maxBytes: number): string[] {
  const heading = ['', `**Build and publish: ${countThings(view.pages.length, 'page')}**`, ''];
  const { onceManaged = [] } = view;
  const pages = fillParts(
    [
      { heading, items: listPages(view) },
      { heading: ['', `**${countOnceManaged(onceManaged)}**`, ''], items: listOnceManaged(onceManaged) },
    ],
    maxBytes,
  );
  const unmanaged = summariseUnmanaged(view);
  const last = unmanaged === '' ? [] : ['', unmanaged];
  return countBytes(pages) + countBytes(last) <= maxBytes ? [...pages, ...last] : pages;
}

interface Part {
  heading: string[];
  items: string[][];
  /** In place of `items` where those do not all fit. */
  short?: string[][];
}

/** Each part may take half of the remaining room, so that a long part leaves some for those after it. */
function fillParts(parts: readonly Part[], maxBytes: number): string[] {
  const lines: string[] = [];
  for (const { heading, items, short } of parts) {
    const room = Math.floor((maxBytes - countBytes(lines)) / 2);
    const isTooLong = short !== undefined && countBytes([...heading, ...items.flat()]) > room;
    lines.push(...takeLines(heading, isTooLong ? short : items, room));
  }
  return lines;
}

function writeGuard(guard: Guard): string[] {
  const { code, message, hint } = guard;
  return [
    `> **Withheld ${countStopped(guard)}** ${quoteCode(code)} ${quoteWords(message)}`,
    ...(hint === undefined ? [] : ['>', `> → ${quoteWords(hint)}`]),
    '>',
  ];
}

function nameGuard(guard: Guard): string[] {
  const { code, consent } = guard;
  const flag = consent === undefined ? '' : `, ${quoteCode(`${consent.flag}=${consent.value}`)}`;
  return [`> - ${quoteCode(code)} stops ${countStopped(guard)}${flag}`];
}

function writeDelete({ address, usedBy }: ChangeView): string[] {
  return [`- ${quoteCode(address)}${usedBy.length > 0 ? `: ${writeUsers(usedBy)}` : ''}`];
}

function listPages({ pages, onNoPage, groups }: PlanView): string[][] {
  return [
    ...pages.flatMap(({ path, routes, why, items, also }) => {
      const where = routes.length === 0 ? NO_TAG : routes.map((route) => quoteCode(route)).join(' ');
      const reason = why === undefined ? '' : `, ${quoteWords(why)}`;
      return [
        [`- ${quoteCode(path)} → ${where}${reason}, for ${countThings(items.length, 'object')}`],
        ...also.map(writeAlso),
      ];
    }),
    ...nameItems(onNoPage, indexBatches(groups), (name) => quoteCode(name)).map(({ name, count }) => [
      `- ${name} ${sayOnNoPage(count)}`,
    ]),
  ];
}

export function writeAlso({ address, firstTime, listFields }: AlsoView): string[] {
  const begin = `  - also goes live: ${quoteCode(address)}`;
  if (firstTime) return [`${begin}, ${FIRST_TIME}`];
  return listFields().flatMap((field) => {
    const [line = '', ...active] = quoteField(field, '');
    return [`${begin}: ${line}, ${EDITED_IN_APP}`, ...active.map((one) => `    - ${one}`)];
  });
}

function writeShortest(hidden: readonly string[], summary: string, maxBytes: number): string {
  const texts = [[...hidden, `**${summary}**; too long to show here`], [...hidden, summary], [summary]];
  const fitting = texts.find((lines) => countBytes(lines) <= maxBytes);
  return fitting ? `${fitting.join('\n')}\n` : summary.slice(0, Math.max(0, maxBytes));
}
