import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import type { Address } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, pickKeys } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import { hintNearest, suggestNearest } from '../model/spelling.js';
import type { Finding, ParsedDocument, PathPart, SourceText } from './documents.js';
import { isRowIn, layOverlay, listRemovals } from './layers.js';
import { locatePath, locatePosition } from './locate.js';
import { findIdentity } from './normalise.js';
import { makeProblem, reportFindings } from './problems.js';
import { checkKind } from './rules/shape.js';
import { interpolateVariables, type Variables } from './variables.js';

/** The documents of the base as one environment sees them. */
export interface EnvironmentView {
  /** In the order of the bases; undefined where the environment does not declare the resource. */
  documents: (ParsedDocument | undefined)[];
  /** Problems of the overlays themselves, not of the merged documents. */
  problems: Problem[];
}

/** An overlay and the resource that it names. */
interface Subject {
  document: ParsedDocument;
  address: Address;
  identityKey: string;
}

/** Each search compares an address with all declared ones, so their number is limited. */
const MAX_SEARCHES = 200;

const IDENTITY_KEYS = ['kind', 'path', 'promoCode', 'name'];

/**
 * Merges each overlay of an environment over the resource that it names.
 * @param unread addresses in files with broken YAML
 * @param names every environment
 */
export function layOverlays(
  bases: readonly ParsedDocument[],
  overlays: readonly ParsedDocument[],
  variables: Variables,
  unread: ReadonlySet<string>,
  names: readonly string[],
): EnvironmentView {
  const declared = bases.map((base) =>
    isDeclaredIn(base.value, variables.environment, names) && isRowIn(base, variables.environment) ? base : undefined,
  );
  const usable = overlays.filter(({ broken }) => !broken);
  if (usable.length === 0) return { documents: declared, problems: [] };
  const addresses = bases.map((base) => readAddress(base.value, variables).address);
  const here = new Set(addresses.filter((_, i) => declared[i]));
  const elsewhere = new Map(
    addresses.flatMap((address, i) => (address === undefined || declared[i] ? [] : [[address, bases[i]]])),
  );
  const read = usable.map((overlay) => readOverlay(overlay, variables));
  const subjects = read.flatMap(({ subject }) => subject ?? []).filter(({ address }) => !unread.has(address));
  const first = new Map(subjects.toReversed().map((subject) => [subject.address, subject]));
  let searches = 0;
  const problems = subjects.flatMap((subject): Problem[] => {
    const earlier = first.get(subject.address);
    if (earlier && earlier !== subject) return [reportDuplicate(subject, earlier)];
    if (here.has(subject.address)) return [];
    const base = elsewhere.get(subject.address);
    if (base) return [reportExcluded(subject, base, variables)];
    return [reportBaseless(subject, searches++ < MAX_SEARCHES ? here : [])];
  });
  const idle: Problem[] = [];
  const documents = declared.map((base, i) => {
    const address = addresses[i];
    const subject = address === undefined ? undefined : first.get(address);
    if (!base || !subject) return base;
    idle.push(...reportIdleNulls(base, subject.document));
    return layOverlay(base, subject.document, ['kind', subject.identityKey, ...RESTRICTION_KEYS]);
  });
  return { documents, problems: [...read.flatMap((one) => one.problems), ...problems, ...idle] };
}

function readOverlay(document: ParsedDocument, variables: Variables): { subject?: Subject; problems: Problem[] } {
  const { findings, ...named } = readAddress(document.value, variables);
  const restricted = listRestrictions(document.value).map((key): Finding => ({
    code: 'ENVIRONMENT_CHOICE',
    path: [key],
    on: 'key',
    message: `An overlay cannot have "${key}": its folder names the environment.`,
    hint: 'Move it to the document that declares the resource.',
  }));
  const problems = reportFindings([...findings, ...restricted].map((finding) => ({ document, finding })));
  return named.address === undefined ? { problems } : { subject: { document, ...named }, problems };
}

type NamedResource = { address?: undefined } | Pick<Subject, 'address' | 'identityKey'>;

/** The resource that a document names, whatever else is wrong with the document. */
function readAddress(document: Json, variables: Variables): NamedResource & { findings: Finding[] } {
  if (!isJsonObject(document)) {
    const message = 'The overlay is not a mapping of keys and values.';
    return { findings: [{ code: 'NOT_A_MAPPING', path: [], message, hint: 'An overlay begins with "kind:".' }] };
  }
  const { value, findings } = interpolateVariables(pickKeys(document, IDENTITY_KEYS), variables);
  // Filling in variables keeps an object an object.
  const named = value as JsonObject;
  const kind = checkKind({ ...document, ...named });
  if ('finding' in kind) return { findings: [...findings, kind.finding] };
  const identity = findIdentity(kind.kind, named);
  if (identity) return { address: identity.address, identityKey: identity.key, findings };
  const key = KIND_DEFINITIONS[kind.kind].identityKey;
  const message = `The overlay does not say which resource it changes: the key "${key}" is missing.`;
  return { findings: [...findings, { code: 'MISSING_KEY', path: [key], message }] };
}

function reportDuplicate({ document, identityKey, address }: Subject, earlier: Subject): Problem {
  const place = locatePosition(earlier.document, [earlier.identityKey]);
  const message = `Two overlays of this environment change ${address}.`;
  return makeProblem('OVERLAY_DUPLICATE', locatePath(document, [identityKey]), message, {
    related: [{ ...place, message: 'The first one is here.' }],
    hint: 'Merge them into one document.',
  });
}

function reportExcluded(
  { document, identityKey, address }: Subject,
  base: ParsedDocument,
  { environment = '' }: Variables,
): Problem {
  const [key] = listRestrictions(base.value);
  const { row, ...place } = locatePosition(base, key === undefined ? [] : [key]);
  const reason =
    key === undefined || row ? `This row is not for "${environment}".` : `"${key}" excludes "${environment}".`;
  const message = `${address} is not declared in the environment "${environment}".`;
  return makeProblem('OVERLAY_BASE', locatePath(document, [identityKey]), message, {
    related: [{ ...(row ?? place), message: reason }],
    hint: 'Remove the overlay, or declare the resource in this environment.',
  });
}

function reportBaseless({ document, identityKey, address }: Subject, addresses: Iterable<string | undefined>): Problem {
  const candidates = [...addresses].filter((one) => one !== undefined);
  const nearest = suggestNearest(address, candidates);
  const hint =
    nearest === undefined
      ? 'An overlay can only change a declared resource. ' +
        'Declare it first, with "only" if no other environment needs it.'
      : `Did you mean ${nearest}?`;
  return makeProblem('OVERLAY_BASE', locatePath(document, [identityKey]), `No file declares ${address}.`, { hint });
}

/** A null in a base clears the field in the tenant; in an overlay it only removes the key of the base. */
function reportIdleNulls(base: ParsedDocument, overlay: ParsedDocument): Problem[] {
  const idle = listRemovals(base.value, overlay.value).filter((removal) => removal.idle);
  return idle.map(({ path }) => {
    const message = `The base has no "${path.at(-1)}" to remove, so this null has no effect.`;
    const hint =
      'To clear the field in this environment only, write null in the base and the value in the other overlays.';
    return makeProblem('OVERLAY_NULL', locatePath(overlay, path, 'key'), message, { hint });
  });
}

/** Overlays that no environment reads: one problem for each unknown folder, and for each file outside a folder. */
export function checkOverlayFolders(sources: readonly SourceText[], environments: readonly string[]): Problem[] {
  const folders = new Map(sources.toReversed().flatMap(({ overlay, path }) => (overlay ? [[overlay, path]] : [])));
  const unknown = [...folders].filter(([folder]) => !environments.includes(folder));
  const homeless = sources.filter(({ overlay }) => overlay === '');
  return [
    ...unknown.map(([folder, path]) => {
      const { message, hint } = describeUnknownEnvironment(folder, environments);
      return reportPlace(path, `${message} Nothing uses the overlays in the folder "${folder}".`, hint);
    }),
    ...homeless.map(({ path }) =>
      reportPlace(path, 'The overlay is not in the folder of an environment.', 'Move it to overlays/<environment>/.'),
    ),
  ];
}

function reportPlace(file: string, message: string, hint: string | undefined): Problem {
  return makeProblem('OVERLAY_PLACE', { file, line: 1, col: 1 }, message, { hint });
}

/** Keys that limit a document to some environments. They are never sent. */
export const RESTRICTION_KEYS = ['only', 'except'] as const;

function listRestrictions(document: Json): (typeof RESTRICTION_KEYS)[number][] {
  return RESTRICTION_KEYS.filter((key) => isJsonObject(document) && Object.hasOwn(document, key));
}

/**
 * Whether a document declares its resource in an environment. A malformed or unknown name in `only`
 * or `except` restricts nothing, so that the document is checked and all its mistakes are found.
 */
export function isDeclaredIn(document: Json, environment: string | undefined, known: readonly string[]): boolean {
  if (environment === undefined) return true;
  const [only = [], except = []] = RESTRICTION_KEYS.map((key) =>
    listNames(document, key).flatMap(({ name }) => (known.includes(name) ? [name] : [])),
  );
  return (only.length === 0 || only.includes(environment)) && !except.includes(environment);
}

/** Mistakes of `only` and `except`. */
export function checkRestriction(document: Json, environments: readonly string[]): Finding[] {
  const names = RESTRICTION_KEYS.flatMap((key) => listNames(document, key));
  const unknown = names.filter(({ name }) => !environments.includes(name));
  if (unknown.length > 0) {
    return unknown.map(({ name, path }) => ({
      code: 'ENVIRONMENT_NAME',
      path,
      ...describeUnknownEnvironment(name, environments),
    }));
  }
  const given = listRestrictions(document);
  const report = (message: string, hint: string): Finding[] => [
    { code: 'ENVIRONMENT_CHOICE', path: [given.at(-1) ?? ''], on: 'key', message, hint },
  ];
  if (given.length > 1) return report('"only" and "except" cannot be combined.', 'Keep one of them.');
  if (environments.length === 0 || environments.some((name) => isDeclaredIn(document, name, environments))) return [];
  return report('This excludes every environment.', 'Exclude fewer environments, or remove the document.');
}

export function describeUnknownEnvironment(
  name: string,
  environments: readonly string[],
): Pick<Finding, 'message' | 'hint'> {
  if (environments.length === 0) return { message: `Without a limio.config there is no environment "${name}".` };
  const hint = hintNearest(name, environments, `The environments are ${environments.join(', ')}.`);
  return { message: `There is no environment "${name}".`, hint };
}

function listNames(document: Json, key: string): { name: string; path: PathPart[] }[] {
  const value = isJsonObject(document) ? getOwn(document, key) : undefined;
  if (typeof value === 'string') return [{ name: value, path: [key] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((name, i) => (typeof name === 'string' ? [{ name, path: [key, i] }] : []));
}
