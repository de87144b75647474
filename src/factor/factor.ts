/**
 * From similar documents to one template and a table:
 *
 *   shapes.ts   groups documents that differ only in texts, numbers and booleans
 *   columns.ts  chooses and names columns for what differs, and composes texts of them (texts.ts)
 *   write.ts    the text of a template, from the text of its first document, without comments that explain one row
 *
 * Pure: the command proves that the new texts declare the same resources, and then writes them.
 */
import { isMap, isScalar, visit } from 'yaml';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import type { Address, Kind } from '../model/address.js';
import { getAt, getOwn, isJsonObject, type Json, type JsonObject, listTexts } from '../model/json.js';
import { compareBy } from '../model/words.js';
import type { ParsedDocument } from '../source/documents.js';
import { listTextUses } from '../source/locate.js';
import { RESTRICTION_KEYS } from '../source/overlays.js';
import { chooseColumns, type Column, type Field, type Filling, listUsed, nameColumns } from './columns.js';
import { explainShape, groupByShape, indexLeaves, type Shape } from './shapes.js';
import { joinPieces } from './texts.js';
import { fillTemplate, makeUnion } from './write.js';

/** A selected resource and the document that declares it, as its file holds it. */
export interface Candidate {
  address: Address;
  kind: Kind;
  document: ParsedDocument;
}

/** The resources that one template declares. */
export interface Template {
  /** In the order of the rows. */
  members: Candidate[];
  value: JsonObject;
}

export interface FactorTable {
  columns: string[];
  /** The cells of each row; empty where its template has no such column. */
  rows: string[][];
}

export interface Factored {
  templates: Template[];
  table: FactorTable;
  /** Selected resources that keep their documents. */
  left: { address: Address; reason: string }[];
}

interface Group extends Template {
  columns: { name: string; type: Column['type']; values: readonly string[] }[];
}

/** A group of fewer is not worth a template beside the largest one. */
const LEAST_MEMBERS = 3;

/**
 * Finds templates and their table for resources of one kind.
 * @param table its path as the templates name it
 * @param split the column of which each value gets a template of its own
 */
export function factorDocuments(selected: readonly Candidate[], table: string, split?: string): Factored {
  const candidates = selected.toSorted(compareBy(({ address }) => address));
  const seen = new Set<Address>();
  const repeated = new Set(
    candidates.flatMap(({ address }) => (seen.has(address) ? [address] : (seen.add(address), []))),
  );
  const unfit = new Map(
    candidates.flatMap(({ address, document }): [Address, string][] => {
      const reason = repeated.has(address) ? 'Several documents declare it.' : explainUnfit(document);
      return reason === undefined ? [] : [[address, reason]];
    }),
  );
  const odd = [...unfit].map(([address, reason]) => ({ address, reason }));
  const fit = candidates.filter(({ address }) => !unfit.has(address));
  const shapes = groupByShape(fit.map((candidate) => ({ ...candidate, value: candidate.document.value })));
  const [largest] = shapes;
  const isTaken = (shape: Shape<unknown>): boolean => shape.members.length >= (shape === largest ? 2 : LEAST_MEMBERS);
  const parts = shapes.filter(isTaken).flatMap((shape) => splitMembers(shape.members, split));
  const groups = parts.map(factorGroup);
  const alone = shapes
    .filter((shape) => !isTaken(shape))
    .flatMap(({ members }) => members)
    .map(({ address, value }) => ({ address, reason: explainAlone(value, shapes) }));
  return { ...joinGroups(groups, table), left: [...odd, ...alone].toSorted(compareBy(({ address }) => address)) };
}

/** Why a document cannot become a row. */
function explainUnfit(document: ParsedDocument): string | undefined {
  const { value, yaml, derivation, place } = document;
  if (place) return 'Code declares it.';
  if (derivation?.by === 'row') return 'A template declares it.';
  if (!isJsonObject(value)) return 'Its document is not a mapping.';
  if (derivation?.by === 'extends') return 'It uses "extends".';
  if (listTextUses(document).length > 0) return 'It uses !file.';
  let reused =
    isMap(yaml.contents) && yaml.contents.items.some(({ key }) => isScalar(key) && String(key.value).startsWith('x-'));
  visit(yaml, {
    Alias: () => void (reused = true),
    Node: (_, { anchor }: { anchor?: string }) => void (reused ||= anchor !== undefined),
  });
  if (reused) return 'It uses anchors, aliases or "x-" keys of YAML.';
  if (listKeys(value).some((key) => key.includes('${each.'))) return 'One of its keys contains "${each.".';
  return undefined;
}

function listKeys(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(listKeys);
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, child]) => [key, ...listKeys(child)]) : [];
}

function explainAlone(value: Json, [largest]: readonly Shape<{ value: Json }>[]): string {
  const isIt = largest?.members.some((one) => one.value === value) ?? true;
  return !largest || isIt ? 'No other selected resource has the same fields.' : explainShape(value, largest);
}

type Member = Candidate & { value: Json };

function splitMembers(members: Member[], split: string | undefined): Member[][] {
  if (split === undefined) return [members];
  const { values = [] } = factorGroup(members).columns.find(({ name }) => name === split) ?? {};
  return [...new Set(members.map((_, i) => values[i]))].map((value) => members.filter((_, i) => values[i] === value));
}

function factorGroup(members: Member[]): Group {
  const values = members.map(({ value }) => value);
  const union = values.reduce(makeUnion);
  const [{ kind } = {}] = members;
  const identityKey = kind === undefined ? '' : KIND_DEFINITIONS[kind].identityKey;
  const fields = [...indexLeaves(union).values()].flatMap(({ path }): Field[] => {
    const own = values.map((value) => getAt(value, path));
    const isSame = own.every((one) => JSON.stringify(one) === JSON.stringify(own[0]));
    // A shape has no other differences than those of scalars.
    const scalars = own.map((one) => (typeof one === 'object' && one !== null ? undefined : (one ?? undefined)));
    return isSame ? [] : [{ path, values: scalars, isIdentity: path.length === 1 && path[0] === identityKey }];
  });
  const fillings = chooseColumns(fields);
  const columns = [...new Set(fillings.flatMap(listUsed))];
  const names = new Map(nameColumns(columns, identityKey).map((name, i) => [columns[i], name]));
  const texts = new Map(
    fillings.map((filling, i) => [
      JSON.stringify(fields[i]?.path),
      writeFilling(filling, (column) => names.get(column) ?? ''),
    ]),
  );
  const { value, restrictions } = splitRestrictions(fillTemplate(union, texts), values);
  const named = columns.map((column) => ({ name: names.get(column) ?? '', type: column.type, values: column.values }));
  return { members, value, columns: [...named, ...restrictions] };
}

function writeFilling({ parts, optional = false }: Filling, nameOf: (column: Column) => string): string {
  const pieces = parts.map((part) =>
    'column' in part ? { reference: `\${each.${nameOf(part.column)}${optional ? '?' : ''}}` } : part,
  );
  return joinPieces(pieces);
}

/** `only` and `except` become columns where they differ. */
function splitRestrictions(
  template: Json,
  documents: readonly Json[],
): { value: JsonObject; restrictions: Group['columns'] } {
  const restrictions = RESTRICTION_KEYS.flatMap((name): Group['columns'] => {
    const values = documents.map((document) => {
      const names = isJsonObject(document) ? (getOwn(document, name) ?? []) : [];
      return listTexts(names).join(' ');
    });
    return values.every((value) => value === values[0]) ? [] : [{ name, type: 'text', values }];
  });
  const differing = new Set(restrictions.map(({ name }) => name));
  const entries = isJsonObject(template) ? Object.entries(template) : [];
  return { value: Object.fromEntries(entries.filter(([key]) => !differing.has(key))), restrictions };
}

/** One table for all templates; with several, a first column says which one a row is for. */
function joinGroups(groups: readonly Group[], table: string): Pick<Factored, 'templates' | 'table'> {
  const names = new Set(groups.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const selector = groups.length < 2 ? undefined : names.has('plan') ? 'template' : 'plan';
  const plans = namePlans(groups);
  const templates = groups.map(({ members, value, columns }, i): Template => {
    const typed = columns.filter(({ type }) => type !== 'text').map(({ name, type }): [string, string] => [name, type]);
    const rows: JsonObject = {
      table,
      ...(selector === undefined ? {} : { where: { [selector]: plans[i] ?? '' } }),
      ...(typed.length === 0 ? {} : { columns: Object.fromEntries(typed) }),
    };
    const { kind = null, ...fields } = value;
    return { members, value: { kind, for_each: rows, ...fields } };
  });
  const rows = groups.flatMap(({ members, columns }, i) =>
    members.map((_, row) => [
      ...(selector === undefined ? [] : [plans[i] ?? '']),
      ...[...names].map((name) => columns.find((column) => column.name === name)?.values[row] ?? ''),
    ]),
  );
  return { templates, table: { columns: [...(selector === undefined ? [] : [selector]), ...names], rows } };
}

/** What the names of a group have in common and others lack, `monthly`; else their last word; else a number. */
function namePlans(groups: readonly Group[]): string[] {
  const words = groups.map(({ members: [first], value }) => {
    const identity = first ? getOwn(value, KIND_DEFINITIONS[first.kind].identityKey) : undefined;
    const text = typeof identity === 'string' ? identity.replaceAll(/\$\{[^}]*\}/g, ' ') : '';
    return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map(([word]) => word);
  });
  const plans = words.map((own) => {
    const special = own.filter((word) => !words.every((other) => other.includes(word)));
    return (special.join('-') || (own.at(-1) ?? '')).toLowerCase();
  });
  const isClear = plans.every((plan) => plan !== '') && new Set(plans).size === plans.length;
  return isClear ? plans : plans.map((_, i) => String(i + 1));
}
