import { labelsOf } from '../../kinds/catalog/item-references.js';
import { listReferences } from '../../kinds/kinds.js';
import { listSegmentNames, type Reference } from '../../kinds/references.js';
import type { Address } from '../../model/address.js';
import { objectAt, parsePointer } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { foldIdentity, isLikelySlip, quoteApart, suggestNearest } from '../../model/spelling.js';
import type { Declaration, ParsedDocument } from '../documents.js';
import { locatePath, locatePosition } from '../locate.js';
import { findFormerAddress, normaliseResource } from '../normalise.js';
import { makeProblem } from '../problems.js';

export function checkDuplicates(declarations: readonly Declaration[]): Problem[] {
  const first = new Map<Address, Declaration>();
  const reported = new Set<ParsedDocument>();
  return declarations.flatMap((declaration) => {
    const earlier = first.get(declaration.address);
    if (!earlier) {
      first.set(declaration.address, declaration);
      return [];
    }
    const { row: firstRow, ...place } = locatePosition(earlier.document, [earlier.identityKey]);
    const { row, ...written } = locatePath(declaration.document, [declaration.identityKey]);
    const template = templateOf(declaration.document);
    if (!row && template !== undefined && template === templateOf(earlier.document)) {
      if (reported.has(template)) return [];
      reported.add(template);
      const message = `Every row of this template declares ${declaration.address}: its name contains no column.`;
      return [
        makeProblem('DUPLICATE_ADDRESS', written, message, { hint: 'Write a column into the name: ${each.country}' }),
      ];
    }
    // Two rows of a template differ in their cells, not in the template.
    const at = row ?? written;
    const made = { file: written.file, line: written.line, col: written.col };
    const related = [
      { ...(firstRow ?? place), message: 'The first one is here.' },
      ...(row ? [{ ...made, message: 'The template declares it here.' }] : []),
    ];
    return [makeProblem('DUPLICATE_ADDRESS', at, `${declaration.address} is declared twice.`, { related })];
  });
}

function templateOf({ derivation }: ParsedDocument): ParsedDocument | undefined {
  return derivation?.by === 'row' ? derivation.template : undefined;
}

/** A former name must be free, and only one resource can have had it. */
export function checkMoves(declarations: readonly Declaration[]): Problem[] {
  const declared = new Map(declarations.map((declaration) => [declaration.address, declaration]));
  const claimed = new Map<Address, Declaration>();
  return declarations.flatMap((declaration) => {
    const { document, kind, value, address } = declaration;
    const old = findFormerAddress(kind, value);
    if (old === undefined) return [];
    const earlier = claimed.get(old);
    const holder = declared.get(old) ?? earlier;
    if (!earlier) claimed.set(old, declaration);
    if (!holder) return [];
    const message =
      old === address
        ? `${address} cannot be moved from its own name.`
        : holder === earlier
          ? `${holder.address} is moved from ${old}, too.`
          : `${old} is still declared, so ${address} cannot be moved from it.`;
    const place = locatePosition(holder.document, [holder === earlier ? 'moved_from' : holder.identityKey]);
    const related = old === address ? {} : { related: [{ ...place, message: 'The other one is here.' }] };
    return [makeProblem('MOVED_FROM', locatePath(document, ['moved_from']), message, related)];
  });
}

/** Each search compares a name with all declared ones, so their number is limited. Plan checks every reference. */
const MAX_SEARCHES = 200;

const MOST_EDITS = 2;

interface DeclaredNames {
  addresses: Map<string, Declaration>;
  labels: Set<string>;
  /** Every name of every segment. */
  segments: Set<string>;
  known: ReadonlySet<string>;
  nearest: NearestNames;
  nearestSegments: NearestNames;
}

type NearestNames = Map<string, string | undefined>;

/**
 * References that are close to a declared resource. Others may exist in the tenant, which only plan sees.
 * @param known addresses from broken YAML and from other environments
 */
export function checkDangling(declarations: readonly Declaration[], known: ReadonlySet<string> = new Set()): Problem[] {
  const names: DeclaredNames = {
    addresses: new Map(declarations.map((declaration) => [declaration.address, declaration])),
    labels: new Set(declarations.flatMap(({ value }) => labelsOf(value))),
    segments: listSegments(declarations, known),
    known,
    nearest: new Map(),
    nearestSegments: new Map(),
  };
  return declarations.flatMap(({ document, kind, value }) => {
    const at = { file: document.file.path, line: 1, col: 1 };
    const resource = normaliseResource(kind, value, at);
    return resource ? listReferences(resource).flatMap((reference) => checkReference(reference, document, names)) : [];
  });
}

function checkReference(reference: Reference, document: ParsedDocument, names: DeclaredNames): Problem[] {
  if ('address' in reference) return checkAddress(reference, document, names);
  if ('label' in reference) return checkLabel(reference.label, reference.pointer, document, names);
  return 'segment' in reference ? checkSegment(reference.segment, reference.pointer, document, names) : [];
}

function listSegments(declarations: readonly Declaration[], known: ReadonlySet<string>): Set<string> {
  const declared = declarations.filter(({ kind }) => kind === 'segment');
  const elsewhere = [...known].filter((address) => address.startsWith('segment:'));
  return new Set([
    ...declared.flatMap(({ address, value }) =>
      listSegmentNames(nameIn(address), { attributes: objectAt(value, 'attributes') }),
    ),
    ...elsewhere.flatMap((address) => listSegmentNames(nameIn(address), { attributes: {} })),
  ]);
}

function checkAddress(
  reference: Reference & { address: string },
  document: ParsedDocument,
  names: DeclaredNames,
): Problem[] {
  const { address, pointer } = reference;
  if (names.addresses.has(address) || names.known.has(address)) return [];
  const nearest = findNearest(address, names.addresses.keys(), names.nearest);
  const meant = nearest === undefined ? undefined : names.addresses.get(nearest);
  if (!meant) return [];
  const [name, other] = [nameIn(address), nameIn(meant.address)];
  const message = `${quoteApart(name, other)} is not declared, but a similar name is.`;
  return [
    makeProblem('REFERENCE_MISSPELT', locatePath(document, parsePointer(pointer)), message, {
      hint: `Did you mean ${quoteApart(other, name)}?`,
      related: [{ ...locatePosition(meant.document, [meant.identityKey]), message: 'The similar name is here.' }],
    }),
  ];
}

function checkLabel(label: string, pointer: string, document: ParsedDocument, names: DeclaredNames): Problem[] {
  if (names.labels.has(label)) return [];
  const nearest = findNearest(label, names.labels, names.nearest);
  if (nearest === undefined) return [];
  const at = locatePath(document, parsePointer(pointer));
  const message = `No offer in these files has the label ${quoteApart(label, nearest)}.`;
  return [makeProblem('LABEL_MISSPELT', at, message, { hint: `Did you mean ${quoteApart(nearest, label)}?` })];
}

function checkSegment(segment: string, pointer: string, document: ParsedDocument, names: DeclaredNames): Problem[] {
  if (names.segments.has(segment)) return [];
  const nearest = findNearest(segment, names.segments, names.nearestSegments);
  if (nearest === undefined) return [];
  const at = locatePath(document, parsePointer(pointer));
  const message = `No segment in these files has the name ${quoteApart(segment, nearest)}.`;
  return [makeProblem('SEGMENT_MISSPELT', at, message, { hint: `Did you mean ${quoteApart(nearest, segment)}?` })];
}

/** The name in an address, without the kind. */
function nameIn(address: string): string {
  return address.slice(address.indexOf(':') + 1);
}

function findNearest(name: string, candidates: Iterable<string>, searched: NearestNames): string | undefined {
  if (searched.has(name)) return searched.get(name);
  if (searched.size >= MAX_SEARCHES) return undefined;
  const folded = foldIdentity(name);
  const all = [...candidates];
  const nearest = all.find((one) => foldIdentity(one) === folded) ?? suggestNearest(name, all, MOST_EDITS);
  const isMeant = nearest !== undefined && (foldIdentity(nearest) === folded || isLikelySlip(nearest, name));
  const meant = isMeant ? nearest : undefined;
  searched.set(name, meant);
  return meant;
}
