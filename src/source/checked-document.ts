import type { Kind } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { Finding } from './finding.js';
import type { DocumentPath } from './parsed-file.js';

/** A document of a known kind as rules see it: variables are filled in, types may still be wrong. */
export interface CheckedDocument {
  kind: Kind;
  value: JsonObject;
  /** The text of a scalar as written in the file, where it is known. */
  readSourceText(path: DocumentPath): string | undefined;
}

/** Looks at one document for one sort of mistake. Wrong types are not its business: it passes them over. */
export type Rule = (document: CheckedDocument) => Finding[];
