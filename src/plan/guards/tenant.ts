import { isCatalogKind, KINDS, nameKind } from '../../model/address.js';
import { type Guard, isMove } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { countThings, nameFirst } from '../../model/words.js';
import type { GuardInput } from './guard-input.js';

/** An incomplete list proves neither that an object may be deleted nor that it is not there yet. */
export function guardIncompleteReads({ changes, state }: Pick<GuardInput, 'changes' | 'state'>): Guard[] {
  return KINDS.flatMap((kind) => {
    const listing = state.listings[kind];
    const unproved = changes.filter(
      (change) =>
        change.kind === kind &&
        (change.action === 'delete' || (kind === 'promo_code' && (change.action === 'create' || isMove(change)))),
    );
    if (!listing || listing.complete || unproved.length === 0) return [];
    const withheld = countThings(unproved.length, 'change is', 'changes are');
    return [
      {
        code: 'INCOMPLETE_READ',
        message:
          `The list of ${nameKind(kind)} is incomplete (${listing.note ?? 'no reason given'}), ` +
          `so it cannot prove that an object is missing: ${withheld} withheld.`,
        addresses: unproved.map(({ address }) => address),
        hint: 'Run the command again.',
      },
    ];
  });
}

/** A page that was not read would stay as it is without anybody noticing, so no page is published. */
export function guardIncompletePages({
  incompletePages,
  context: { environment },
}: Pick<GuardInput, 'incompletePages' | 'context'>): Guard[] {
  if (incompletePages.length === 0) return [];
  const clauses = incompletePages.join(', and ');
  const byName = formatCommand('publish', '--env', environment, '--pages');
  return [
    {
      code: 'INCOMPLETE_PAGES',
      message:
        `${clauses.charAt(0).toUpperCase()}${clauses.slice(1)}, ` +
        'so a page that shows a change may be missing: no page is built or published.',
      addresses: [],
      hint: `Run the command again, or name the pages to publish: ${byName} <path>`,
      stopsPublish: true,
    },
  ];
}

/** Where one of the two copies is unknown, a draft could go live without anybody noticing. */
export function guardUnproven({ unproven }: Pick<GuardInput, 'unproven'>): Guard[] {
  if (unproven.length === 0) return [];
  const pages = [...new Set(unproven.flatMap((one) => one.pages))].sort();
  const clauses = unproven.map(({ why }) => why).join(', and ');
  return [
    {
      code: 'INCOMPLETE_PAGES',
      message:
        `${clauses.charAt(0).toUpperCase()}${clauses.slice(1)}, so an unpublished edit may go live with ` +
        `${nameFirst(pages)}: ${pages.length === 1 ? 'it is' : 'they are'} not built or published.`,
      addresses: [],
      hint: 'Run the command again.',
      pages,
    },
  ];
}

/** A guessed wire form must never reach live traffic (API reference, section 2). */
export function guardCodec({ diffs }: Pick<GuardInput, 'diffs'>): Guard[] {
  return diffs
    .filter(({ change, diff: { unconfirmed } }) => change && unconfirmed.length > 0)
    .map(({ desired, diff: { unconfirmed } }) => ({
      code: 'CODEC_UNCONFIRMED',
      message:
        `${desired.address} uses ${unconfirmed.join(', ')}, but no journey of this tenant shows ` +
        `how ${unconfirmed.length === 1 ? 'it is' : 'they are'} stored.`,
      addresses: [desired.address],
      hint:
        'Build one journey with such an element in the web app, set its template in dialect.journeyCodec, ' +
        'or write the element as raw. On the emulator, set journeyCodec: "assumed".',
    }));
}

/** The dialect of the tenant says that a field cannot be cleared (API reference, section 11). */
export function guardRemovals({ diffs }: Pick<GuardInput, 'diffs'>): Guard[] {
  return diffs
    .filter(({ change, diff: { unremovable } }) => change && unremovable.length > 0)
    .map(({ desired, diff: { unremovable } }) => ({
      code: 'REMOVAL_UNSUPPORTED',
      message:
        `${desired.address} clears ${unremovable.join(', ')}, but the API of this tenant cannot clear fields ` +
        `(dialect ${isCatalogKind(desired.kind) ? 'bulkUpdate' : 'promo'}.removal is "unsupported").`,
      addresses: [desired.address],
      hint: 'Clear the field in the web app, or declare a value instead of null.',
    }));
}
