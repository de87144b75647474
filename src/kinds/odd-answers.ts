import { LimioError } from '../errors/errors.js';
import type { Address } from '../model/address.js';
import { defined } from '../model/json.js';
import type { Listing, LiveReader } from '../model/live-api.js';

/** `details.wholeTenant`: the token call was refused, so every other call would be, too. */
const REFUSALS: ReadonlySet<string> = new Set(['AUTH_REFUSED', 'HTTP_STATUS', 'HTTP_BAD_BODY']);

/** Whether the tenant refused one call or answered it oddly, which says nothing about its other calls. */
export function isRefusal(error: unknown): error is LimioError {
  return error instanceof LimioError && REFUSALS.has(error.code) && error.details['wholeTenant'] !== true;
}

/** Why, as one clause. */
export function describeRefusal({ message }: LimioError): string {
  return message.replace(/\.$/, '');
}

/**
 * A reader whose refused lists are incomplete and empty instead of an error: declared objects are then read one by
 * one, and what needs the whole list is withheld. `onRefusal` hears of each.
 */
export function tolerateLists(reader: LiveReader, onRefusal: (error: LimioError) => void): LiveReader {
  const orEmpty = async <T, L extends Listing<T>>(list: Promise<L>, empty: (note: string) => L): Promise<L> => {
    try {
      return await list;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      onRefusal(error);
      return empty(describeRefusal(error));
    }
  };
  return {
    readItem: (path) => reader.readItem(path),
    readJourney: (name) => reader.readJourney(name),
    readPromoCode: (id) => reader.readPromoCode(id),
    listItems: (type, source) => orEmpty(reader.listItems(type, source), nothing),
    listJourneys: () =>
      orEmpty(requireToken(reader.listJourneys()), (note) => ({ shape: 'object' as const, ...nothing(note) })),
    listPromoCodes: () => orEmpty(requireToken(reader.listPromoCodes()), nothing),
  };
}

/** These lists also say what is to be deleted. One that a new token does not open is a matter of the credentials. */
async function requireToken<T>(list: Promise<T>): Promise<T> {
  try {
    return await list;
  } catch (error) {
    if (!(error instanceof LimioError) || error.details['status'] !== 401) throw error;
    const { code, message, hint, details, cause } = error;
    throw new LimioError({ code, message, ...defined({ hint, cause }), details: { ...details, wholeTenant: true } });
  }
}

/** In place of a list that the tenant refused. @throws any other error. */
export function toIncompleteList(error: unknown): { items: []; complete: false; note: string } {
  if (!isRefusal(error)) throw error;
  return nothing(describeRefusal(error));
}

function nothing(note: string): { items: []; complete: false; note: string } {
  return { items: [], complete: false, note };
}

/**
 * Reads one object. When the tenant refuses, the object is noted as unreadable, which is not the same as missing.
 * A name that `found` in a list may be one that no URL can hold; a declared one is then an error of the files.
 */
export async function readOrNote<T>(
  unreadable: Map<Address, LimioError>,
  address: Address,
  read: () => Promise<T>,
  name: 'declared' | 'found' = 'declared',
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const isImpossible = name === 'found' && error instanceof LimioError && error.code === 'FILES_INVALID';
    if (!isImpossible && !isRefusal(error)) throw error;
    unreadable.set(address, error);
    return undefined;
  }
}
