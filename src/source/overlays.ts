import type { Address } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, pickKeys } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import { suggestNearest } from '../model/spelling.js';
import type { Finding, ParsedDocument, PathPart, SourceText } from './documents.js';
import { layerDocument, listRemovals, locatePath } from './locate.js';
import { findIdentity, getIdentityKey } from './normalise.js';
import { makeProblem, reportFindings } from './problems.js';
import { checkKind } from './rules/shape.js';
import { interpolateVariables, type Variables } from './variables.js';

/** The documents of the base as one environment sees them. */
export interface LaidOver {
  /** In the order of the bases; undefined where the environment does not have the resource. */
  documents: (ParsedDocument | undefined)[];
  /** What is wrong with the overlays themselves. The merged documents are still to be checked. */
  problems: Problem[];
}

/** An overlay and the resource that it names. */
interface Subject {
  document: ParsedDocument;
  address: Address;
  identityKey: string;
}

/** The nearest address is looked for among all declared ones: only so many times. */
const MAX_SEARCHES = 200;

const IDENTITY = ['kind', 'path', 'promoCode', 'name'];

/** Merges each overlay of an environment over the resource that it names. `unread` are addresses in broken YAML, `names` all environments. */
export function layOverlays(
  bases: readonly ParsedDocument[],
  overlays: readonly ParsedDocument[],
  variables: Variables,
  unread: ReadonlySet<string>,
  names: readonly string[],
): LaidOver {
  const declared = bases.map((base) => (isDeclaredIn(base.value, variables.environment, names) ? base : undefined));
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
    return layerDocument(base, subject.document, ['kind', subject.identityKey, ...RESTRICTION_KEYS]);
  });
  return { documents, problems: [...read.flatMap((one) => one.problems), ...problems, ...idle] };
}

function readOverlay(document: ParsedDocument, variables: Variables): { subject?: Subject; problems: Problem[] } {
  const { findings, ...named } = readAddress(document.value, variables);
  const restricted = RESTRICTION_KEYS.filter(
    (key) => isJsonObject(document.value) && Object.hasOwn(document.value, key),
  ).map((key): Finding => ({
    code: 'ENVIRONMENT_CHOICE',
    path: [key],
    on: 'key',
    message: `An overlay cannot hold "${key}": it is for the environment of its folder.`,
    hint: 'Write it into the document that declares the resource.',
  }));
  const problems = reportFindings([...findings, ...restricted].map((finding) => ({ document, finding })));
  return named.address === undefined ? { problems } : { subject: { document, ...named }, problems };
}

/** Which resource a document is about, read from the keys that say so. */
function readAddress(
  document: Json,
  variables: Variables,
): { address?: undefined; findings: Finding[] } | { address: Address; identityKey: string; findings: Finding[] } {
  if (!isJsonObject(document)) {
    return {
      findings: [
        {
          code: 'NOT_A_MAPPING',
          path: [],
          message: 'The overlay is not a mapping of keys and values.',
          hint: 'An overlay begins with "kind:".',
        },
      ],
    };
  }
  const { value, findings } = interpolateVariables(pickKeys(document, IDENTITY), variables);
  const kind = checkKind({ ...document, ...(value as JsonObject) });
  if ('finding' in kind) return { findings: [...findings, kind.finding] };
  const identity = findIdentity(kind.kind, value as JsonObject);
  if (identity) return { address: identity.address, identityKey: identity.key, findings };
  const key = getIdentityKey(kind.kind);
  return {
    findings: [
      ...findings,
      { code: 'MISSING_KEY', path: [key], message: `The key "${key}" must say which resource the overlay is about.` },
    ],
  };
}

function reportDuplicate({ document, identityKey, address }: Subject, earlier: Subject): Problem {
  const related = [{ ...placeOf(earlier.document, [earlier.identityKey]), message: 'This is the first.' }];
  return makeProblem(
    'OVERLAY_DUPLICATE',
    locatePath(document, [identityKey]),
    `Two overlays of this environment are about ${address}.`,
    { related, hint: 'Put them into one document.' },
  );
}

function reportExcluded(
  { document, identityKey, address }: Subject,
  base: ParsedDocument,
  { environment = '' }: Variables,
): Problem {
  const key = RESTRICTION_KEYS.find((one) => isJsonObject(base.value) && Object.hasOwn(base.value, one)) ?? '';
  const related = [{ ...placeOf(base, [key]), message: `"${key}" leaves "${environment}" out.` }];
  return makeProblem(
    'OVERLAY_BASE',
    locatePath(document, [identityKey]),
    `${address} is not declared in the environment "${environment}".`,
    { related, hint: 'Take the overlay out, or let the resource be declared there.' },
  );
}

function reportBaseless({ document, identityKey, address }: Subject, addresses: Iterable<string | undefined>): Problem {
  const nearest = suggestNearest(
    address,
    [...addresses].filter((one) => one !== undefined),
  );
  const hint =
    nearest === undefined
      ? 'An overlay changes a resource that a file declares. Declare it first, with "only" for this environment if need be.'
      : `Did you mean ${nearest}?`;
  return makeProblem('OVERLAY_BASE', locatePath(document, [identityKey]), `No file declares ${address}.`, { hint });
}

/** A null is a trap here: in a base it clears the field in the tenant, in an overlay it only takes out what the base says. */
function reportIdleNulls(base: ParsedDocument, overlay: ParsedDocument): Problem[] {
  return listRemovals(base.value, overlay.value).flatMap(({ path, idle }) => {
    if (!idle) return [];
    const message = `The base has no "${path.at(-1)}" that null could take out, so this line does nothing.`;
    return [
      makeProblem('OVERLAY_NULL', locatePath(overlay, path, 'key'), message, {
        hint: 'To clear the field in this environment alone, write null into the base and the value into the overlays of the others.',
      }),
    ];
  });
}

function placeOf(document: ParsedDocument, path: PathPart[]) {
  const { length: _length, ...place } = locatePath(document, path);
  return place;
}

/** Overlays that no environment would ever see: one problem for each folder, and for each file in none. */
export function checkOverlayFolders(sources: readonly SourceText[], environments: readonly string[]): Problem[] {
  const folders = new Map(sources.toReversed().flatMap(({ overlay, path }) => (overlay ? [[overlay, path]] : [])));
  const unknown = [...folders].filter(([folder]) => !environments.includes(folder));
  const homeless = sources.filter(({ overlay }) => overlay === '');
  return [
    ...unknown.map(([folder, path]) => {
      const { message, hint } = describeUnknownEnvironment(folder, environments);
      return report(path, `${message} The overlays in the folder "${folder}" are for nobody.`, hint);
    }),
    ...homeless.map(({ path }) =>
      report(path, 'The overlay lies in no folder of an environment.', 'Move it: overlays/<environment>/...'),
    ),
  ];
}

function report(file: string, message: string, hint?: string): Problem {
  return makeProblem('OVERLAY_PLACE', { file, line: 1, col: 1 }, message, hint === undefined ? {} : { hint });
}

/** Keys of a document that say in which environments it declares its resource. They are never sent. */
export const RESTRICTION_KEYS = ['only', 'except'] as const;

/**
 * Whether a document declares its resource in an environment, one of the `known` ones: in all, unless
 * it says `only` or `except`. What is malformed or unknown restricts nothing, so that the document is
 * checked and all its mistakes are found.
 */
export function isDeclaredIn(document: Json, environment: string | undefined, known: readonly string[]): boolean {
  if (environment === undefined) return true;
  const [only = [], except = []] = RESTRICTION_KEYS.map((key) =>
    listNames(document, key).flatMap(({ name }) => (known.includes(name) ? [name] : [])),
  );
  return (only.length === 0 || only.includes(environment)) && !except.includes(environment);
}

/** Unknown environments, both keys at once, and a document that no environment is left for. */
export function checkRestriction(document: Json, environments: readonly string[]): Finding[] {
  const names = RESTRICTION_KEYS.flatMap((key) => listNames(document, key));
  const unknown = names.filter(({ name }) => !environments.includes(name));
  if (unknown.length > 0)
    return unknown.map(({ name, path }) => ({
      code: 'ENVIRONMENT_NAME',
      path,
      ...describeUnknownEnvironment(name, environments),
    }));
  const given = RESTRICTION_KEYS.filter((key) => isJsonObject(document) && Object.hasOwn(document, key));
  const finding: Pick<Finding, 'code' | 'path' | 'on'> = {
    code: 'ENVIRONMENT_CHOICE',
    path: [given.at(-1) ?? ''],
    on: 'key',
  };
  if (given.length > 1)
    return [{ ...finding, message: '"only" and "except" cannot stand together.', hint: 'Keep the shorter one.' }];
  if (environments.length === 0 || environments.some((name) => isDeclaredIn(document, name, environments))) return [];
  return [
    {
      ...finding,
      message: 'This declares the resource in no environment.',
      hint: 'Name fewer environments, or take the document out of the files.',
    },
  ];
}

export function describeUnknownEnvironment(
  name: string,
  environments: readonly string[],
): Pick<Finding, 'message' | 'hint'> {
  if (environments.length === 0) return { message: `Without a configuration there is no environment "${name}".` };
  const nearest = suggestNearest(name, environments);
  const hint = nearest === undefined ? `limio.config has ${environments.join(', ')}.` : `Did you mean "${nearest}"?`;
  return { message: `There is no environment "${name}".`, hint };
}

function listNames(document: Json, key: string): { name: string; path: (string | number)[] }[] {
  const value = isJsonObject(document) ? getOwn(document, key) : undefined;
  if (typeof value === 'string') return [{ name: value, path: [key] }];
  return Array.isArray(value)
    ? value.flatMap((name, i) => (typeof name === 'string' ? [{ name, path: [key, i] }] : []))
    : [];
}
