import type { Address, Kind } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedDocument } from './parsed-file.js';

/** A document that says which resource it declares; it may still have errors. */
export interface Declaration {
  document: ParsedDocument;
  kind: Kind;
  address: Address;
  /** The key of the file that holds the name: `path`, `promoCode` or `name`. */
  identityKey: string;
  /** With variables filled in. */
  value: JsonObject;
}
