import { countThings } from '../model/words.js';
import type {
  ApplyResult,
  BuildStatus,
  Outcome,
  PageOutcome,
  PublishedRoute,
  PublishReport,
  RollbackReport,
  RouteView,
} from '../model/outcome.js';
import { escapeShort, escapeTenant, escapeTerminal } from './escape.js';
import { formatField } from './field.js';
import type { Style } from './terminal.js';
import { joinBlocks, sayOnNoPage } from './render.js';

/* What an apply did (renderResultText) and what a publish did (renderPublishText), for a terminal. */

export const BUILDS: Record<BuildStatus, string> = {
  none: 'not built',
  accepted: 'build accepted, not confirmed finished',
  finished: 'built',
};

/** Every planned change with its outcome, then the pages. */
export function renderResultText(result: ApplyResult, style: Style): string {
  const {
    outcomes,
    publish: { pages, onNoPage, withheld },
    interrupted,
    summary: { unread, unreadLists },
    rollback,
  } = result;
  if (outcomes.length + pages.length + onNoPage.length === 0 && !withheld && !interrupted && !unread && !unreadLists)
    return joinBlocks([
      style.bold(
        rollback
          ? `Nothing to roll back: the run ${escapeTerminal(rollback.of)} left nothing that limio-sync can restore`
          : `Nothing to apply to ${escapeTenant(result)}`,
      ),
      rollback ? renderRollback(rollback, style) : '',
    ]);
  const verb = rollback ? `rolled back ${escapeTerminal(rollback.of)} in` : 'applied to';
  const what = interrupted ? `Interrupted, ${verb}` : `${verb[0]?.toUpperCase()}${verb.slice(1)}`;
  const blocks = [
    style.bold(`${what} ${escapeTenant(result)}: ${summariseResult(result)}`),
    renderOutcomes(outcomes, style),
    renderPages(result, style),
    rollback ? renderRollback(rollback, style) : '',
  ];
  return joinBlocks(blocks);
}

/** What no rollback restores, and how to continue one that is not complete. */
function renderRollback({ notUndone, resumeCommand }: RollbackReport, style: Style): string {
  return [
    ...notUndone.map(({ message }) => `${style.changed('not undone')} ${escapeTerminal(message)}`),
    ...(resumeCommand === undefined
      ? []
      : [`The rollback is not complete. To continue it: ${style.bold(escapeTerminal(resumeCommand))}`]),
  ].join('\n');
}

/** `last` never goes further back on its own: which run a person means is theirs to say. */
export function renderAlreadyUndoneText(run: string, by: string, style: Style): string {
  return joinBlocks([
    [
      style.bold(
        `Nothing to roll back: the rollback ${escapeTerminal(by)} already undid the run ${escapeTerminal(run)}`,
      ),
      `To undo an earlier run, choose it from: ${style.bold('limio-sync runs')}`,
    ].join('\n'),
  ]);
}

/** `3 done, 1 unverified; 1 page built, 2 routes live`. */
export function summariseResult({ summary, outcomes, rollback }: ApplyResult): string {
  const counts = (['done', 'failed', 'unverified', 'blocked', 'withheld', 'unread'] as const)
    .filter((status) => (status === 'done' && !rollback) || (summary[status] ?? 0) > 0)
    .flatMap((status) => (status === 'done' && rollback ? countUndone(outcomes) : `${summary[status]} ${status}`))
    .concat(summary.unreadLists ? `${countThings(summary.unreadLists, 'list')} not read in full` : [])
    .join(', ');
  const pages = [
    ...(summary.pagesBuilt > 0 ? [`${summary.pagesBuilt} ${summary.pagesBuilt === 1 ? 'page' : 'pages'} built`] : []),
    ...(summary.pagesLive > 0 ? [`${summary.pagesLive} ${summary.pagesLive === 1 ? 'route' : 'routes'} live`] : []),
    ...(summary.pagesNotLive > 0 ? [`${summary.pagesNotLive} not live`] : []),
  ].join(', ');
  return [counts, pages].filter((part) => part !== '').join('; ');
}

/** `3 restored, 2 as before`: those were restored or unchanged already. */
function countUndone(outcomes: readonly Outcome[]): string[] {
  return Object.entries(UNDONE).flatMap(([undo, words]) => {
    const count = outcomes.filter((outcome) => outcome.undo === undo).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
}

const UNDONE: Record<NonNullable<Outcome['undo']>, string> = {
  restored: 'restored',
  'already-as-before': 'as before',
};

/** An error that several changes share is printed once. */
function renderOutcomes(outcomes: readonly Outcome[], style: Style): string {
  const shown = new Set<string>();
  return outcomes
    .map((outcome) => {
      const key = JSON.stringify(outcome.error ?? null);
      const isRepeated = shown.has(key);
      if (outcome.error) shown.add(key);
      return renderOutcome(outcome, isRepeated, style);
    })
    .join('\n');
}

function renderOutcome(
  { address, action, status, alreadyDone, undo, error, differences = [] }: Outcome,
  isRepeated: boolean,
  style: Style,
): string {
  const paint = status === 'done' ? style.added : status === 'withheld' ? style.changed : style.removed;
  const notes = [
    ...(alreadyDone && !undo ? [style.dim(' (no change needed)')] : []),
    ...(isRepeated ? [style.dim(`, ${error?.code}: see above`)] : []),
  ];
  return [
    `${paint((undo ? UNDONE[undo] : status).padEnd(10))} ${action} ${escapeTerminal(address)}${notes.join('')}`,
    ...(isRepeated ? [] : renderError(error, style)),
    ...differences.map((field) => `    ${formatField(field, style)}`),
  ].join('\n');
}

function renderError(error: Outcome['error'], style: Style): string[] {
  if (!error) return [];
  const lines = [`${error.code}: ${error.message}`, ...(error.hint === undefined ? [] : [error.hint])];
  return lines.map((line, i) => `    ${i === 0 ? escapeTerminal(line) : style.dim(escapeTerminal(line))}`);
}

function renderPages({ publish: { pages, onNoPage, withheld } }: ApplyResult, style: Style): string {
  const lines = pages.map((page) => renderPage(page, style));
  const loose = onNoPage.map((address) => `${style.dim('changed   ')} ${escapeTerminal(address)} ${sayOnNoPage(1)}`);
  const stop =
    pages.length > 0 || !withheld
      ? []
      : [[`${style.changed('withheld  ')} publishing`, ...renderError(withheld, style)].join('\n')];
  return [...lines, ...loose, ...stop].join('\n');
}

function renderPage({ path, route, status, build, code, reason, hint }: PageOutcome, style: Style): string {
  const paint = status === 'live' ? style.added : style.removed;
  const where = `${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}, ${BUILDS[build]}`;
  const why = reason === undefined ? '' : `: ${escapeTerminal(code === undefined ? reason : `${code}: ${reason}`)}`;
  return [
    `${paint(status.padEnd(10))} ${where}${why}`,
    ...(hint === undefined ? [] : [`    ${style.dim(escapeTerminal(hint))}`]),
  ].join('\n');
}

/** Page by page: changed items, build, live routes. */
export function renderPublishText(report: PublishReport, style: Style): string {
  const { pages, waiting, withheld, interrupted } = report;
  const routes = pages.flatMap((page) => page.routes);
  const built = pages.filter(({ build }) => build === 'finished').length;
  const live = routes.filter(({ status }) => status === 'live').length;
  const counts =
    pages.length === 0
      ? 'nothing to publish'
      : `${countThings(pages.length, 'page')}, ${built} built, ${countThings(live, 'route')} live`;
  const blocks = [
    style.bold(`${interrupted ? 'Interrupted, published' : 'Published'} to ${escapeTenant(report)}: ${counts}`),
    pages.map((page) => renderPublishedPage(page, style)).join('\n'),
    pages.length === 0 && withheld
      ? [
          `withheld ${withheld.code}: ${withheld.message}`,
          ...(withheld.hint === undefined ? [] : [`  ${withheld.hint}`]),
        ]
          .map(escapeTerminal)
          .join('\n')
      : '',
    waiting
      .map(
        ({ path, items }) =>
          `${style.dim('skipped')} ${escapeTerminal(path)}: apply would first change ` +
          items.map(escapeTerminal).join(', '),
      )
      .join('\n'),
  ];
  return joinBlocks(blocks);
}

function renderPublishedPage({ path, changed, build, routes }: PublishReport['pages'][number], style: Style): string {
  const unfinished = build === 'accepted' ? 'accepted, not confirmed finished' : 'no';
  const state = build === 'finished' ? 'yes' : style.removed(unfinished);
  return [
    style.bold(escapeTerminal(path)),
    ...(changed.length > 0 ? [`  changed  ${changed.map(escapeTerminal).join(', ')}`] : []),
    `  built    ${state}`,
    ...routes.flatMap((route) => renderRoute(route, style)),
  ].join('\n');
}

function renderRoute({ route, status, code, reason, hint, shop }: PublishedRoute, style: Style): string[] {
  const where = route === undefined ? '' : ` ${escapeTerminal(route)}`;
  const state = status === 'live' ? style.added('yes') : style.removed(`no, ${status}`);
  const why = reason === undefined ? '' : `: ${escapeTerminal(code === undefined ? reason : `${code}: ${reason}`)}`;
  return [
    `  live     ${state}${where}${why}`,
    ...(hint === undefined ? [] : [`           ${style.dim(escapeTerminal(hint))}`]),
    ...(shop ? [`  shop     ${describeShop(shop, style)}`] : []),
  ];
}

function describeShop({ url, status, failure, title, ageSeconds, bytes }: RouteView, style: Style): string {
  const where = escapeTerminal(url);
  if (status === undefined)
    return `${style.removed('no answer')} ${where}${failure === undefined ? '' : ` (${escapeTerminal(failure)})`}`;
  const paint = status < 400 ? style.added : style.removed;
  const seen = [
    ...(title === undefined ? [] : [`"${escapeShort(title, 100)}"`]),
    ...(bytes === undefined ? [] : [countThings(bytes, 'byte')]),
    ...(ageSeconds === undefined ? [] : [`cached for ${countThings(ageSeconds, 'second')}`]),
  ];
  return `${paint(String(status))} ${where}${seen.length === 0 ? '' : `  ${seen.join(', ')}`}`;
}
