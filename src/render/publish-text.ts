import type { PublishedRoute, PublishReport, RouteView } from '../model/outcome.js';
import { countThings } from './count-things.js';
import { escapeTerminal } from './escape-terminal.js';
import { shortenText } from './shorten-text.js';
import type { Style } from './style.js';

/** What a publish did, for a terminal: what is changed, what is built and what is live, page by page. */
export function renderPublishText(report: PublishReport, style: Style): string {
  const { environment, host, pages, waiting, withheld, interrupted } = report;
  const routes = pages.flatMap((page) => page.routes);
  const built = pages.filter(({ build }) => build === 'finished').length;
  const live = routes.filter(({ status }) => status === 'live').length;
  const counts =
    pages.length === 0
      ? 'nothing to publish'
      : `${countThings(pages.length, 'page')}, ${built} built, ${countThings(live, 'route')} live`;
  const blocks = [
    style.bold(
      `${interrupted ? 'Interrupted, published' : 'Published'} to ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${counts}`,
    ),
    pages.map((page) => renderPage(page, style)).join('\n'),
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
          `${style.dim('left alone')} ${escapeTerminal(path)}: apply would first change ${items.map(escapeTerminal).join(', ')}`,
      )
      .join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function renderPage({ path, changed, build, routes }: PublishReport['pages'][number], style: Style): string {
  return [
    style.bold(escapeTerminal(path)),
    ...(changed.length > 0 ? [`  changed  ${changed.map(escapeTerminal).join(', ')}`] : []),
    `  built    ${build === 'finished' ? 'yes' : style.removed(build === 'accepted' ? 'accepted, not proved finished' : 'no')}`,
    ...routes.flatMap((route) => renderRoute(route, style)),
  ].join('\n');
}

function renderRoute({ route, status, code, reason, hint, shop }: PublishedRoute, style: Style): string[] {
  const where = route === undefined ? '' : ` ${escapeTerminal(route)}`;
  const state = status === 'live' ? style.added('yes') : style.removed(`no, ${status}`);
  return [
    `  live     ${state}${where}${reason === undefined ? '' : `: ${escapeTerminal(code === undefined ? reason : `${code}: ${reason}`)}`}`,
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
    ...(title === undefined ? [] : [`"${escapeTerminal(shortenText(title, 100))}"`]),
    ...(bytes === undefined ? [] : [countThings(bytes, 'byte')]),
    ...(ageSeconds === undefined ? [] : [`cached for ${countThings(ageSeconds, 'second')}`]),
  ];
  return `${paint(String(status))} ${where}${seen.length === 0 ? '' : `  ${seen.join(', ')}`}`;
}
