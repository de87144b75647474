import { isCatalogKind, KINDS, nameKind } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import type { PlanContext } from '../plan-context.js';
import type { GuardInput } from './guard-input.js';

/** An incomplete list justifies neither a deletion nor "not there yet". */
export function guardIncompleteReads({ changes, state }: Pick<GuardInput, 'changes' | 'state'>): Guard[] {
  return KINDS.flatMap((kind) => {
    const listing = state.listings[kind];
    const unproved = changes.filter(
      (change) =>
        change.kind === kind && (change.action === 'delete' || (change.action === 'create' && kind === 'promo_code')),
    );
    if (!listing || listing.complete || unproved.length === 0) return [];
    return [
      {
        code: 'INCOMPLETE_READ',
        message: `The list of ${nameKind(kind)} is not complete (${listing.note ?? 'no reason given'}), so it proves the absence of nothing: ${unproved.length} ${unproved.length === 1 ? 'change is' : 'changes are'} withheld.`,
        addresses: unproved.map((change) => change.address),
        hint: 'Run the command again.',
      },
    ];
  });
}

export interface IncompletePagesFacts {
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages: readonly string[];
  context: Pick<PlanContext, 'environment'>;
}

/** A page that was not read would stay as it is, and nothing would tell: so none is published. */
export function guardIncompletePages({ incompletePages, context: { environment } }: IncompletePagesFacts): Guard[] {
  if (incompletePages.length === 0) return [];
  const [first = '', ...others] = incompletePages;
  const clauses = [first.charAt(0).toUpperCase() + first.slice(1), ...others].join(', and ');
  return [
    {
      code: 'INCOMPLETE_PAGES',
      message: `${clauses}, so a page that shows a change may be missing: no page is built or published.`,
      addresses: [],
      hint: `Run the command again. Pages that you name are published all the same: ${formatCommand('publish', '--env', environment, '--pages')} <path>`,
      stopsPublish: true,
    },
  ];
}

/** A guessed wire form must never reach live traffic (API reference, section 2). */
export function guardCodec({ compared }: Pick<GuardInput, 'compared'>): Guard[] {
  return compared
    .filter(({ change, diff: { unconfirmed } }) => change && unconfirmed.length > 0)
    .map(({ desired, diff: { unconfirmed } }) => ({
      code: 'CODEC_UNCONFIRMED',
      message: `${desired.address} uses ${unconfirmed.join(', ')}, and no journey of this tenant shows how the tenant writes ${unconfirmed.length === 1 ? 'it' : 'them'}.`,
      addresses: [desired.address],
      hint:
        'Three ways out: build one journey with such an element in the web app, so that it is the evidence; ' +
        'give the templates in dialect.journeyCodec; or write the element as raw. ' +
        'On the emulator, journeyCodec: "assumed" is right.',
    }));
}

/** The dialect of the tenant says that a field cannot be cleared (API reference, section 11). */
export function guardRemovals({ compared }: Pick<GuardInput, 'compared'>): Guard[] {
  return compared
    .filter(({ change, diff: { unremovable } }) => change && unremovable.length > 0)
    .map(({ desired, diff: { unremovable } }) => ({
      code: 'REMOVAL_UNSUPPORTED',
      message: `${desired.address} clears ${unremovable.join(', ')}, which this tenant cannot do by the API (dialect ${isCatalogKind(desired.kind) ? 'bulkUpdate' : 'promo'}.removal is "unsupported").`,
      addresses: [desired.address],
      hint: 'Clear the field in the web app, or declare a value in place of null.',
    }));
}
