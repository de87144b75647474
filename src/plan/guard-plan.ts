import { type Kind, isCatalogKind, nameKind } from '../model/address.js';
import type { Change } from '../model/change.js';
import type { Guard } from '../model/plan.js';
import type { LiveState } from '../resources/live-state.js';
import type { Compared } from './compare-desired.js';

/** Every rule that stops changes, evaluated over the whole plan. */
export function guardPlan(compared: readonly Compared[], deletes: readonly Change[], state: LiveState): Guard[] {
  return [
    ...guardCodec(compared),
    ...guardRemovals(compared),
    ...guardIncompleteReads([...compared.flatMap(({ change }) => (change ? [change] : [])), ...deletes], state),
    ...guardDeletes(deletes),
  ];
}

/** A guessed wire form must never reach live traffic (API reference, section 2). */
function guardCodec(compared: readonly Compared[]): Guard[] {
  return compared
    .filter(({ change, compared: { unconfirmed } }) => change && unconfirmed.length > 0)
    .map(({ desired, compared: { unconfirmed } }) => ({
      code: 'CODEC_UNCONFIRMED',
      message: `${desired.address} uses ${unconfirmed.join(', ')}, and no journey of this tenant shows how the tenant writes ${unconfirmed.length === 1 ? 'it' : 'them'}.`,
      addresses: [desired.address],
      hint:
        'Three ways out: build one journey with such an element in the web app, so that it is the evidence; ' +
        'give the templates in dialect.journeyCodec; or write the element as raw. ' +
        'On the emulator, journeyCodec: "assumed" is right.',
    }));
}

function guardRemovals(compared: readonly Compared[]): Guard[] {
  return compared
    .filter(({ change, compared: { unremovable } }) => change && unremovable.length > 0)
    .map(({ desired, compared: { unremovable } }) => ({
      code: 'REMOVAL_UNSUPPORTED',
      message: `${desired.address} clears ${unremovable.join(', ')}, which this tenant cannot do by the API (dialect ${isCatalogKind(desired.kind) ? 'bulkUpdate' : 'promo'}.removal is "unsupported").`,
      addresses: [desired.address],
      hint: 'Clear the field in the web app, or declare a value in place of null.',
    }));
}

/** An incomplete list justifies neither a deletion nor "not there yet". */
function guardIncompleteReads(changes: readonly Change[], state: LiveState): Guard[] {
  return Object.entries(state.listings).flatMap(([kind, listing]) => {
    const unproved = changes.filter(
      (change) => change.kind === kind && (change.action === 'delete' || (change.action === 'create' && kind === 'promo_code')),
    );
    if (listing.complete || unproved.length === 0) return [];
    return [
      {
        code: 'INCOMPLETE_READ',
        message: `The list of ${nameKind(kind as Kind)} is not complete (${listing.note ?? 'no reason given'}), so it proves the absence of nothing: ${unproved.length} ${unproved.length === 1 ? 'change is' : 'changes are'} withheld.`,
        addresses: unproved.map((change) => change.address),
        hint: 'Run the command again.',
      },
    ];
  });
}

function guardDeletes(deletes: readonly Change[]): Guard[] {
  if (deletes.length === 0) return [];
  const value = String(deletes.length);
  return [
    {
      code: 'DELETE_CONSENT',
      message: `${value} ${deletes.length === 1 ? 'resource' : 'resources'} would be deleted; deletions run only with a consent to exactly that number.`,
      addresses: deletes.map((change) => change.address),
      consent: { flag: '--allow-delete', value },
      hint: `To delete, add --allow-delete=${value} to apply.`,
    },
  ];
}
