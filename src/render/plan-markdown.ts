import { nameKind } from '../model/address.js';
import type { Guard, Plan, PublishPlan } from '../model/plan.js';
import { countThings } from './count-things.js';
import { countBytes } from './markdown/count-bytes.js';
import { fitChanges } from './markdown/fit-changes.js';
import { quoteCode } from './markdown/quote-code.js';
import { quoteWords } from './markdown/quote-words.js';
import { takeLines } from './markdown/take-lines.js';
import { writePrice, writeUsers } from './markdown/write-change.js';
import { type ChangeView, type PlanView, buildPlanView, summarisePlan } from './plan-view.js';

/** What GitHub takes as the text of a comment; GitLab takes more. */
const COMMENT_BYTES = 65_536;

export interface PlanMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  /** By which the comment is found again: see `formatMarker`. */
  marker?: string;
  /** `Plan for production` when absent. */
  title?: string;
}

/**
 * The plan for a comment on a pull request. What stops it and what is deleted comes first. Too long
 * a plan loses fields, then names, then all but its counts; there is always an answer.
 */
export function renderPlanMarkdown(
  plan: Plan,
  { maxBytes = COMMENT_BYTES, marker, title }: PlanMarkdownOptions = {},
): string {
  const view = buildPlanView(plan);
  const hidden = marker === undefined ? [] : [formatMarker(marker)];
  const heading = `### ${title === undefined ? `Plan for ${quoteCode(view.environment)}` : quoteWords(title)}`;
  const head = [
    ...hidden,
    heading,
    '',
    `**${summarisePlan(view.summary)}** in ${quoteCode(view.host)}${view.protected ? ', which is protected' : ''}${view.promotedFrom === undefined ? '' : `, promoted from ${quoteCode(view.promotedFrom)}`}`,
  ];
  const foot = ['', `Fingerprint ${quoteCode(view.fingerprint)}`];
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  const top = fillTop(view, Math.floor(room / 2));
  const end = fillEnd(view, Math.floor((room - countBytes(top)) / 4));
  const changes = fitChanges(view.groups, room - countBytes(top) - countBytes(end));
  // Not even the line that says what is left out found room.
  if (changes.length === 0 && view.groups.length > 0)
    return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  return `${[...head, ...top, ...changes, ...end, ...foot].join('\n')}\n`;
}

/** The hidden line by which a comment is found again; safe whatever the marker holds. */
export function formatMarker(marker: string): string {
  return `<!-- ${marker.replace(/[^\w.:/ -]/g, '_').replace(/-{2,}/g, '-')} -->`;
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
  const pages = fillParts(
    [
      {
        heading: ['', `**Build and publish: ${countThings(view.publish.pages.length, 'page')}**`, ''],
        items: listPages(view.publish).map((line) => [line]),
      },
    ],
    maxBytes,
  );
  const unmanaged = view.unmanaged.map(({ kind, names }) =>
    countThings(names.length, nameKind(kind, 1), nameKind(kind)),
  );
  const last = unmanaged.length === 0 ? [] : ['', `Not managed by these files and left alone: ${unmanaged.join(', ')}`];
  return countBytes(pages) + countBytes(last) <= maxBytes ? [...pages, ...last] : pages;
}

interface Part {
  heading: string[];
  items: string[][];
  /** In place of `items` where those do not all fit. */
  short?: string[][];
}

/** Each part may take half of what is left, so that a long one starves none of those after it. */
function fillParts(parts: readonly Part[], maxBytes: number): string[] {
  const lines: string[] = [];
  for (const { heading, items, short } of parts) {
    const room = Math.floor((maxBytes - countBytes(lines)) / 2);
    const isTooLong = short !== undefined && countBytes([...heading, ...items.flat()]) > room;
    lines.push(...takeLines(heading, isTooLong ? short : items, room));
  }
  return lines;
}

/** An alert of the forge; where it knows none, a quotation. */
function writeGuard({ code, message, hint, addresses }: Guard): string[] {
  return [
    `> **Withheld ${countThings(addresses.length, 'change')}** ${quoteCode(code)} ${quoteWords(message)}`,
    ...(hint === undefined ? [] : ['>', `> → ${quoteWords(hint)}`]),
    '>',
  ];
}

function nameGuard({ code, addresses, consent }: Guard): string[] {
  const way = consent === undefined ? '' : `, ${quoteCode(`${consent.flag}=${consent.value}`)}`;
  return [`> - ${quoteCode(code)} stops ${countThings(addresses.length, 'change')}${way}`];
}

function writeDelete({ address, usedBy }: ChangeView): string[] {
  return [`- ${quoteCode(address)}${usedBy.length > 0 ? `: ${writeUsers(usedBy)}` : ''}`];
}

function listPages({ pages, onNoPage }: PublishPlan): string[] {
  return [
    ...pages.map(({ path, routes, reason, why, items }) => {
      const where =
        routes.length === 0 ? 'no tag, so it cannot be published' : routes.map((route) => quoteCode(route)).join(' ');
      const older = why === undefined ? ', published copy is older' : `, ${quoteWords(why)}`;
      return `- ${quoteCode(path)} → ${where}${reason === 'not-live' ? older : ''}, for ${countThings(items.length, 'object')}`;
    }),
    ...onNoPage.map((address) => `- ${quoteCode(address)} is on no page: changed, but not live in the shop`),
  ];
}

/** For want of room: the counts, cut if need be. The marker goes only with all of them. */
function writeShortest(hidden: readonly string[], summary: string, maxBytes: number): string {
  const texts = [[...hidden, `**${summary}**; too long to show here`], [...hidden, summary], [summary]];
  const fitting = texts.find((lines) => countBytes(lines) <= maxBytes);
  return fitting ? `${fitting.join('\n')}\n` : summary.slice(0, Math.max(0, maxBytes));
}
