import { listReferences } from '../../kinds/kinds.js';
import { type Reference } from '../../kinds/references.js';
import type { Address } from '../../model/address.js';
import { listAt, objectAt } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import type { Declaration, ParsedDocument } from '../documents.js';
import { locatePath } from '../locate.js';
import { normaliseResource } from '../normalise.js';
import { makeProblem } from '../problems.js';

/** One address, one document. Promo codes are compared ignoring case: addresses hold them in upper case. */
export function checkDuplicates(declarations: readonly Declaration[]): Problem[] {
  const first = new Map<Address, Declaration>();
  return declarations.flatMap((declaration) => {
    const earlier = first.get(declaration.address);
    if (!earlier) {
      first.set(declaration.address, declaration);
      return [];
    }
    const { length: _length, ...place } = locatePath(earlier.document, [earlier.identityKey]);
    const at = locatePath(declaration.document, [declaration.identityKey]);
    const related = [{ ...place, message: 'It is declared here first.' }];
    return [makeProblem('DUPLICATE_ADDRESS', at, `${declaration.address} is declared twice.`, { related })];
  });
}

/** Near misses are looked for by comparing with every declared name: only so many times. Plan checks the rest. */
const MAX_SEARCHES = 200;

const MOST_EDITS = 2;

/** Names that the files declare, to which references are compared. */
interface Names {
  addresses: Map<string, Declaration>;
  labels: Set<string>;
  known: ReadonlySet<string>;
  nearest: Map<string, string | undefined>;
}

/**
 * References to what is not declared. It may well exist in the tenant, which only plan can see, so
 * only near misses of declared resources count here, and not addresses that are known from broken
 * YAML or from another environment.
 */
export function checkDangling(declarations: readonly Declaration[], known: ReadonlySet<string> = new Set()): Problem[] {
  const names: Names = {
    addresses: new Map(declarations.map((declaration) => [declaration.address, declaration])),
    labels: new Set(
      declarations
        .flatMap(({ value }) => listAt(objectAt(value, 'attributes'), 'label__limio'))
        .filter((label) => typeof label === 'string'),
    ),
    known,
    nearest: new Map(),
  };
  return declarations.flatMap(({ document, kind, value }) => {
    const at = { file: document.file.path, line: 1, col: 1 };
    const resource = normaliseResource(kind, value, at);
    return resource ? listReferences(resource).flatMap((reference) => checkReference(reference, document, names)) : [];
  });
}

function checkReference(reference: Reference, document: ParsedDocument, names: Names): Problem[] {
  if ('address' in reference) return checkAddress(reference, document, names);
  return 'label' in reference ? checkLabel(reference.label, reference.pointer, document, names) : [];
}

function checkAddress(reference: Reference & { address: string }, document: ParsedDocument, names: Names): Problem[] {
  const { address, pointer } = reference;
  if (names.addresses.has(address) || names.known.has(address)) return [];
  const nearest = findNearest(address, names.addresses.keys(), names);
  const meant = nearest === undefined ? undefined : names.addresses.get(nearest);
  if (!meant) return [];
  const path = address.slice(address.indexOf(':') + 1);
  const { length: _length, ...place } = locatePath(meant.document, [meant.identityKey]);
  return [
    makeProblem(
      'REFERENCE_MISSPELT',
      locatePath(document, parsePointer(pointer)),
      `"${path}" is not declared, but something very like it is.`,
      {
        hint: `Did you mean "${meant.address.slice(meant.address.indexOf(':') + 1)}"?`,
        related: [{ ...place, message: 'This is declared.' }],
      },
    ),
  ];
}

function checkLabel(label: string, pointer: string, document: ParsedDocument, names: Names): Problem[] {
  if (names.labels.has(label)) return [];
  const nearest = findNearest(label, names.labels, names);
  if (nearest === undefined) return [];
  const at = locatePath(document, parsePointer(pointer));
  return [
    makeProblem('LABEL_MISSPELT', at, `No offer in these files carries the label "${label}".`, {
      hint: `Did you mean "${nearest}"?`,
    }),
  ];
}

function findNearest(name: string, candidates: Iterable<string>, names: Names): string | undefined {
  if (names.nearest.has(name)) return names.nearest.get(name);
  if (names.nearest.size >= MAX_SEARCHES) return undefined;
  const nearest = suggestNearest(name, candidates, MOST_EDITS);
  const meant = nearest !== undefined && isLikelySlip(nearest, name) ? nearest : undefined;
  names.nearest.set(name, meant);
  return meant;
}

function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
