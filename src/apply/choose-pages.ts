import type { Address } from '../model/address.js';
import type { Outcome, OutcomeError, PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';

export interface ChosenPages {
  publish: PublishPage[];
  skipped: PageOutcome[];
}

/**
 * Which pages of the plan go live now. A page is left alone while one of its items failed, was not
 * verified or had to wait: building it could publish a value that nobody reviewed. A withheld item
 * is as it was, so it does not hold up the page of others.
 */
export function choosePages(
  pages: readonly PublishPage[],
  outcomes: ReadonlyMap<Address, Outcome>,
  hint: string,
): ChosenPages {
  const chosen: ChosenPages = { publish: [], skipped: [] };
  for (const page of pages) {
    const reason = findReasonToSkip(page, outcomes);
    if (reason === undefined) chosen.publish.push(page);
    else chosen.skipped.push(...skipPage(page, { code: 'BLOCKED', message: reason, hint }));
  }
  return chosen;
}

/** One line a route; one without a route for a page that has none. */
export function skipPage(page: PublishPage, { code, message, hint }: OutcomeError): PageOutcome[] {
  const routes: (string | undefined)[] = page.routes.length === 0 ? [undefined] : page.routes;
  return routes.map((route) => ({
    path: page.path,
    ...(route === undefined ? {} : { route }),
    status: 'skipped',
    build: 'none',
    code,
    reason: message,
    ...(hint === undefined ? {} : { hint }),
  }));
}

function findReasonToSkip(page: PublishPage, outcomes: ReadonlyMap<Address, Outcome>): string | undefined {
  const self = outcomes.get(`page:${page.path}`);
  if (self?.action === 'create' && self.status !== 'done') return `${self.address} was not created`;
  const own = page.items.flatMap((address) => outcomes.get(address) ?? []);
  const bad = own.find(({ status }) => status !== 'done' && status !== 'withheld');
  if (bad) return `${bad.address} ${bad.status === 'failed' ? 'failed' : `is ${bad.status}`}`;
  const allWithheld = own.length > 0 && own.every(({ status }) => status === 'withheld');
  return allWithheld && page.reason === 'changed' ? 'its changes are withheld' : undefined;
}
