import { isNegation, listAlternatives, matchGlobs } from '../glob/glob.js';
import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { KindRules } from '../kinds/kind-definition.js';
import { type Address, isCatalogKind, type Kind } from '../model/address.js';
import { formatPointer, getOwn, isJsonObject, type Json, type JsonObject, parsePointer } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import type { Problem } from '../model/problem.js';
import type { LeftOut, Refusal } from '../model/pull.js';
import { ignoreFields } from '../plan/managed.js';
import type { PlanContext } from '../plan/plan-context.js';
import type { ParsedDocument, SourceText } from '../source/documents.js';
import { formatBlock } from '../source/edit/format.js';
import { locatePath } from '../source/locate.js';
import type { ValidatedSources } from '../source/source.js';
import { describeObject, holdsSecretText } from './describe-live.js';
import { type AdoptionFolders, nameFiles } from './name-files.js';
import type { PullInto } from './pull-declared.js';

export interface AdoptionInput {
  context: PlanContext;
  /** Patterns of the addresses of undeclared objects that get a file. */
  adopt: readonly string[];
  folders: AdoptionFolders;
  /** Every file in those folders, whatever it contains. */
  existing: readonly string[];
  /** Whether the patterns of the configuration match a path. */
  isSourceFile: (path: string) => boolean;
  /** With `overlay`, files that other environments read do not change. */
  into: PullInto;
}

const LEFT_ALONE = {
  ignore: 'The policy "ignore" of the environment excludes it.',
  ownership: 'The app or the server owns it ("ownership" in limio.config).',
};

/** The refusal of an object that the configuration excludes: intended, unless a pattern names it in full. */
export function leaveAlone(address: Address, why: keyof typeof LEFT_ALONE, adopt: readonly string[]): Refusal {
  return { address, reason: LEFT_ALONE[why], ...(listNamed(adopt).includes(address) ? {} : { intended: true }) };
}

/** A first draft of the file of each object, without ignored fields, fields owned by others, and secrets. */
export function draftObjects(
  objects: readonly LiveResource[],
  all: readonly LiveResource[],
  { folders, existing, isSourceFile, context, adopt, into }: AdoptionInput,
  kinds: Record<Kind, KindRules>,
  codec: JourneyCodec,
): { drafts: Draft[]; unnamed: Refusal[] } {
  const paths = nameFiles(objects, all, existing, folders);
  const unnamed: Refusal[] = [];
  const drafts = objects.flatMap((live): Draft[] => {
    const path = paths.get(live.address) ?? '';
    const managed = dropIgnored(live, context, kinds);
    if (!managed) {
      unnamed.push(leaveAlone(live.address, 'ownership', adopt));
      return [];
    }
    const { body, leftOut } = dropSecrets(managed);
    const shown = { ...live, body };
    if (!isSourceFile(path)) {
      unnamed.push({
        address: live.address,
        reason: `No pattern of "files" in limio.config matches its path ${path}.`,
      });
      return [];
    }
    const describe = (typed: boolean): JsonObject => {
      const document = describeObject(shown, kinds[live.kind], codec, typed);
      return into === 'base' ? document : restrict(document, context.environment);
    };
    return [
      { live, path, document: describe(true), leftOut, ...(live.kind === 'journey' ? { raw: describe(false) } : {}) },
    ];
  });
  return { drafts, unnamed };
}

/** Limits a document to one environment: `only` after kind and name. */
function restrict(document: JsonObject, environment: string): JsonObject {
  const entries = Object.entries(document);
  return Object.fromEntries([...entries.slice(0, 2), ['only', [environment]], ...entries.slice(2)]);
}

function dropIgnored(
  live: LiveResource,
  { ignore, ownership }: PlanContext,
  kinds: Record<Kind, KindRules>,
): JsonObject | undefined {
  const { address, kind, name, body } = live;
  const declared = { address, kind, name, body, owned: [], source: { file: '', line: 1, col: 1 } };
  return ignoreFields([declared], ignore, kinds, ownership).desired[0]?.body;
}

/** Drops attributes and fields that contain a secret: a person must declare them with a variable. */
function dropSecrets(body: JsonObject): { body: JsonObject; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const drop = (object: JsonObject, path: string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([key, value]) => {
        const at = [...path, key];
        if (key === 'attributes' && path.length === 0 && isJsonObject(value)) return [[key, drop(value, at)]];
        if (!holdsSecretText(getOwn(object, key))) return [[key, value]];
        leftOut.push({
          pointer: formatPointer(at),
          reason: 'PULL_SECRET: The value contains a secret. Declare it with ${vars.NAME}.',
        });
        return [];
      }),
    );
  return { body: drop(body, []), leftOut };
}

/** The new file of one object. */
export interface Draft {
  live: LiveResource;
  path: string;
  document: JsonObject;
  leftOut: LeftOut[];
  /** For a journey: the document with raw conditions and actions, in case the typed form is refused. */
  raw?: JsonObject;
}

export interface AdoptionResult {
  drafts: Draft[];
  refused: Refusal[];
  sources: SourceText[];
}

/** A draft loses at least one field in each round, so it rarely takes this many. */
const MOST_ROUNDS = 12;

/** The addresses that patterns name in full. */
export function listNamed(patterns: readonly string[]): string[] {
  const positive = patterns.filter((pattern) => !isNegation(pattern));
  const literals = positive.flatMap((pattern) => listAlternatives(pattern).flatMap(({ literal }) => literal ?? []));
  // A pasted address may contain what patterns read as a class or as one character.
  return [...new Set([...literals, ...positive.filter((pattern) => /^[^*{]*[[?][^*{]*$/.test(pattern))])];
}

export function isWanted(address: Address, patterns: readonly string[]): boolean {
  return matchGlobs(patterns, address);
}

/**
 * Drops the fields of each draft that `validate` refuses or that differ from the tenant, until every file
 * is correct. A draft is refused if the fault is in its name or path.
 */
export function settleDrafts(
  drafts: readonly Draft[],
  sources: readonly SourceText[],
  validate: (sources: readonly SourceText[]) => ValidatedSources,
  listDifferences: (checked: ValidatedSources) => ReadonlyMap<Address, readonly string[]>,
): AdoptionResult {
  let open = [...drafts];
  const refused: Refusal[] = [];
  for (let round = 0; ; round++) {
    const texts = [
      ...sources,
      ...open.map(({ path, document }) => ({ path, text: `${formatBlock(document, 0, { eol: '\n' })}\n` })),
    ];
    const checked = validate(texts);
    const differences = listDifferences(checked);
    const results = open.map((draft) => improve(draft, checked, differences.get(draft.live.address) ?? []));
    if (results.every(({ done }) => done)) return { drafts: open, refused, sources: texts };
    for (const { draft, refusal } of results) {
      const reason = refusal ?? (round === MOST_ROUNDS ? 'No file can represent the live object.' : undefined);
      if (reason !== undefined) refused.push({ address: draft.live.address, reason });
    }
    open = results.flatMap(({ draft, refusal }) => (refusal === undefined && round < MOST_ROUNDS ? [draft] : []));
  }
}

interface Improved {
  draft: Draft;
  done: boolean;
  refusal?: string;
}

function improve(
  draft: Draft,
  { problems, files, declarations }: ValidatedSources,
  differences: readonly string[],
): Improved {
  const document = files.find(({ path }) => path === draft.path)?.documents[0];
  const errors = problems.filter(({ file, severity }) => file === draft.path && severity === 'error');
  if (errors.length === 0 && differences.length === 0 && declarations.has(draft.live.address))
    return { draft, done: true };
  if (!document) return { draft, done: false, refusal: errors[0]?.message ?? 'The file would be empty.' };
  const faults =
    errors.length > 0
      ? errors.map((error) => ({ ...findPlace(draft, error, document), reason: `${error.code}: ${error.message}` }))
      : differences.map((path) => ({
          field: chooseField(draft, parsePointer(path)),
          reason: 'A file cannot represent the live value exactly.',
        }));
  if (faults.length === 0) return { draft, done: false, refusal: 'The file would not declare the object.' };
  const lost = faults.find(({ field }) => field === undefined);
  if (lost) return { draft, done: false, refusal: lost.reason };
  const { raw, ...rest } = draft;
  if (raw && faults.some(({ field }) => field?.[0] === 'journeys'))
    return { draft: { ...rest, document: raw }, done: false };
  const fields = new Map(faults.map(({ field = [], reason }) => [formatPointer(field), { field, reason }]));
  const next = [...fields.values()].reduce<Json>((object, { field }) => removeAt(object, field), draft.document);
  const leftOut = [...fields].map(([pointer, { reason }]) => ({ pointer, reason }));
  return {
    draft: { ...rest, document: isJsonObject(next) ? next : {}, leftOut: [...draft.leftOut, ...leftOut] },
    done: false,
  };
}

/** The field to drop for an error: an unknown key alone, otherwise the whole attribute or top-level field. */
function findPlace(
  draft: Draft,
  { line, col, code }: Problem,
  document: ParsedDocument,
): { field: (string | number)[] | undefined } {
  const path = listPaths(draft.document, []).find((one) => {
    return (['key', 'value'] as const).some((on) => {
      const at = locatePath(document, one, on);
      return at.line === line && at.col === col;
    });
  });
  if (path && code === 'UNKNOWN_KEY' && typeof path.at(-1) === 'string' && path.length > 1) return { field: path };
  return { field: path && chooseField(draft, path) };
}

/** The attribute or the top-level field that contains a path; undefined for keys that identify the object. */
function chooseField({ live: { kind } }: Draft, path: readonly (string | number)[]): (string | number)[] | undefined {
  if (isCatalogKind(kind)) return path[0] === 'attributes' && path.length > 1 ? path.slice(0, 2) : undefined;
  return path.length === 0 || ['kind', 'name', 'promoCode'].includes(String(path[0])) ? undefined : path.slice(0, 1);
}

/** All paths, the deepest first: a value and its first part can begin at the same position. */
function listPaths(value: Json, path: (string | number)[]): (string | number)[][] {
  const children: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return [...children.flatMap(([part, child]) => listPaths(child, [...path, part])), path];
}

function removeAt(value: Json, [part, ...rest]: readonly (string | number)[]): Json {
  if (Array.isArray(value)) return value.map((child, i) => (i === part ? removeAt(child, rest) : child));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]): [string, Json][] => {
      if (key !== String(part)) return [[key, child]];
      return rest.length === 0 ? [] : [[key, removeAt(child, rest)]];
    }),
  );
}
