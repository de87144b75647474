import type { Address } from '../model/address.js';
import { formatPointer, getAt } from '../model/json.js';
import { nameFirst } from '../model/words.js';
import type { ParsedDocument } from '../source/documents.js';
import { listLayers } from '../source/layers.js';
import { listTextUses, type TextUse } from '../source/locate.js';
import type { ValidatedSources } from '../source/source.js';
import { readTextValue, writeTextValue } from '../source/text-files.js';
import type { ResourceEdit } from './pull-declared.js';

/** A `!file` tag at its place. */
interface PlacedUse extends TextUse {
  document: ParsedDocument;
}

/**
 * Why the file of a `!file` tag cannot take a text of the tenant; undefined if the edit writes no such text, or
 * its file can take it.
 * @param before the files without the edit
 * @param user only files that this object uses too
 */
export function explainTextFile(edit: ResourceEdit, before: ValidatedSources, user?: Address): string | undefined {
  const written = listWritten(edit, before);
  for (const { wanted, source } of written) {
    if (readTextValue(writeTextValue(wanted, source.text)) === wanted) continue;
    const lost = wanted.includes('\r') ? 'carriage returns' : 'a byte order mark at its beginning';
    return (
      `The text holds ${lost}, which the text file ${source.path} would lose. Remove them in the web app, ` +
      'or replace the !file tag by "" to keep the text in the YAML; then run: limio-sync pull'
    );
  }
  for (const use of written) {
    const others = before.files
      .flatMap(({ documents }) => documents.flatMap(placeUses))
      .filter((other) => other.source.path === use.source.path && !isSame(other, use));
    if (others.length === 0 || (user && !others.some(({ document }) => findOwner(document, before) === user))) continue;
    const users = nameFirst(others.map((one) => nameUse(one, edit, before)));
    return (
      `The text file ${use.source.path} is also used by ${users}, ` +
      'which would change too. Give each its own text file, then run: limio-sync pull'
    );
  }
  return undefined;
}

/** The tags whose files get a new text. */
function listWritten({ edits }: ResourceEdit, { files }: ValidatedSources): (PlacedUse & { wanted: string })[] {
  return edits.flatMap(({ path: file, index, value }) =>
    files
      .filter(({ path }) => path === file)
      .flatMap(({ documents }) => documents.filter((document) => document.index === index))
      .flatMap(placeUses)
      .flatMap((use) => {
        const wanted = getAt(value, use.path);
        return typeof wanted === 'string' && wanted !== getAt(use.document.value, use.path) ? [{ ...use, wanted }] : [];
      }),
  );
}

function placeUses(document: ParsedDocument): PlacedUse[] {
  return listTextUses(document).map((use) => ({ ...use, document }));
}

function isSame(a: PlacedUse, b: PlacedUse): boolean {
  return isSameDocument(a.document, b.document) && formatPath(a) === formatPath(b);
}

function isSameDocument(a: ParsedDocument, b: ParsedDocument): boolean {
  return a.file.path === b.file.path && a.index === b.index;
}

function nameUse(use: PlacedUse, { address, edits }: ResourceEdit, before: ValidatedSources): string {
  const { file, index } = use.document;
  if (edits.some((edit) => edit.path === file.path && edit.index === index))
    return `${formatPath(use)} of the same object`;
  const owner = findOwner(use.document, before);
  // An overlay, also of another environment, may use the file of its base.
  return owner === undefined || owner === address
    ? `${formatPath(use)} in ${file.path}`
    : `${owner} ${formatPath(use)}`;
}

/** The object of a document or of its overlay; undefined for an overlay of another environment. */
function findOwner(document: ParsedDocument, { declarations }: ValidatedSources): Address | undefined {
  return [...declarations.values()].find((declared) =>
    listLayers(declared.document).some((one) => isSameDocument(one, document)),
  )?.address;
}

function formatPath({ path }: TextUse): string {
  return formatPointer(path.map(String));
}
