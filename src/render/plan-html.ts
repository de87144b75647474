import { createHash } from 'node:crypto';
import type { Plan } from '../model/plan.js';
import { groupDigits } from './count-things.js';
import { escapeHtml } from './html/escape-html.js';
import { PAGE_SCRIPT } from './html/page-script.js';
import { PAGE_STYLE } from './html/page-style.js';
import { writeChange } from './html/write-change.js';
import { writeFilters } from './html/write-filters.js';
import { writeEnd, writeHeader, writeTop } from './html/write-top.js';
import { type PlanView, buildPlanView, summariseGroup, summarisePlan } from './plan-view.js';

/** With so few changes nobody need open anything. */
const MOST_OPEN = 20;

/**
 * The plan as one HTML file that asks the network for nothing. Everything is in the HTML, so it can
 * be read without its script, which only searches and filters. The content security policy allows
 * this script and this style by their hashes and nothing else.
 */
export function renderPlanHtml(plan: Plan): string {
  const view = buildPlanView(plan);
  const numbers = new Map(
    view.groups.flatMap(({ changes }) => changes).map(({ address }, i) => [address as string, i]),
  );
  const policy = `default-src 'none'; script-src '${hash(PAGE_SCRIPT)}'; style-src '${hash(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Plan for ${escapeHtml(view.environment)}: ${summarisePlan(view.summary)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#changes">Skip to the changes</a>',
    writeHeader(view),
    '<main>',
    writeTop(view, numbers),
    writeChanges(view, numbers),
    writeEnd(view),
    '</main>',
    `<footer><p>Fingerprint <code>${escapeHtml(view.fingerprint)}</code></p><p>limio-sync ${escapeHtml(view.toolVersion)}</p></footer>`,
    `<script>${PAGE_SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function writeChanges(view: PlanView, numbers: ReadonlyMap<string, number>): string {
  const stops = indexGuards(view);
  const groups = view.groups.map((group) => {
    const changes = group.changes.map((change) =>
      writeChange(change, {
        index: numbers.get(change.address) ?? 0,
        guards: stops.get(change.address) ?? [],
        isOpen: numbers.size <= MOST_OPEN,
      }),
    );
    const id = `kind-${group.kind}`;
    return `<section class="group" aria-labelledby="${id}"><h3 id="${id}">${groupDigits(group.changes.length)} ${summariseGroup(group)}</h3>\n${changes.join('\n')}\n</section>`;
  });
  const body =
    numbers.size === 0
      ? '<p class="hint">Nothing to change.</p>'
      : `${writeFilters(view, numbers.size)}${groups.join('\n')}<p id="none" hidden>No change fits these filters.</p>`;
  return `<section id="changes" aria-labelledby="changes-title" tabindex="-1"><h2 id="changes-title">Changes</h2>${body}</section>`;
}

/** Numbers of the guards that stop a change, by address. */
function indexGuards({ guards }: PlanView): Map<string, number[]> {
  const stops = new Map<string, number[]>();
  for (const [number, { addresses }] of guards.entries()) {
    for (const address of new Set<string>(addresses)) {
      const list = stops.get(address);
      if (list) list.push(number);
      else stops.set(address, [number]);
    }
  }
  return stops;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
