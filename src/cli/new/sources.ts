import { dirname, relative, resolve, sep } from 'node:path';
import { pickCreateOnly } from '../../kinds/catalog/create-only.js';
import { createJourneyCodec } from '../../kinds/journey/codec.js';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import type { NewKind } from '../../kinds/starting-documents.js';
import { type Address, formatAddress, isCatalogKind, normaliseName } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { formatCommand } from '../../model/text.js';
import { compareText, joinWords, nameFirst } from '../../model/words.js';
import { type Draft, draftObjects, settleDrafts } from '../../pull/adopt.js';
import { escapeName, holdsSecretText, orderKeys, writeLiveValue } from '../../pull/describe-live.js';
import type { AdoptionFolders } from '../../pull/name-files.js';
import type { Declaration, ParsedDocument } from '../../source/documents.js';
import { editFile } from '../../source/edit/edit.js';
import { formatBlock } from '../../source/edit/format.js';
import { openConfigOrTenant } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { TenantOptions } from '../shared/options.js';
import { describeContext } from '../shared/plan.js';
import { withTenant } from '../shared/tenant.js';
import { loadWorkspace, type Validation } from '../shared/workspace.js';
import { parseNewKind } from './questions.js';

/** What a new document begins with. */
export interface Source {
  address: Address;
  document: JsonObject;
  /** What was not copied, as sentences. */
  notes: string[];
  /** Absent for a live object: the document as its file holds it. */
  written?: ParsedDocument;
  /** For a live object. */
  draft?: Draft;
}

/** @throws LimioError USAGE, or of the configuration and the tenant. */
export async function findSource(
  io: CliIo,
  kind: NewKind,
  from: string,
  validation: Validation,
  options: TenantOptions,
  folders: AdoptionFolders,
): Promise<Source> {
  const address = parseFrom(from, kind) ?? findInFile(io, kind, from, validation);
  const declared = listDeclarations(validation).filter(({ declaration }) => declaration.address === address);
  const [first] = declared;
  if (first) return copyDeclared(first.declaration, declared);
  return readLive(io, address, validation, options, folders);
}

/** `promo-code:X` too; undefined for what is no address. @throws LimioError USAGE for another kind. */
function parseFrom(from: string, kind: NewKind): Address | undefined {
  const [, start = '', name = ''] = /^([a-z][a-z_-]+):(.+)$/is.exec(from) ?? [];
  if (start === '') return undefined;
  const own = parseNewKind(start);
  if (own !== kind) throw refuseUsage(`A new ${kind} cannot be copied from "${from}": its kind differs.`);
  return formatAddress(kind, normaliseName(kind, name));
}

interface Declared {
  declaration: Declaration;
  environment?: string;
}

/** In every environment, because a document may be for some only. */
function listDeclarations({ files, check, environments }: Validation): Declared[] {
  if (environments.length === 0)
    return [...check(files, []).declarations.values()].map((declaration) => ({ declaration }));
  return environments.flatMap((environment) =>
    [...check(files, [environment]).declarations.values()].map((declaration) => ({
      declaration,
      environment: environment.name,
    })),
  );
}

/** The only resource of the kind in a file. @throws LimioError USAGE. */
function findInFile(io: CliIo, kind: NewKind, from: string, validation: Validation): Address {
  const path = relative(validation.root, resolve(io.cwd, from)).split(sep).join('/');
  const found = listDeclarations(validation).filter(
    ({ declaration }) => declaration.kind === kind && unwrap(declaration.document).file.path === path,
  );
  const [address, ...others] = [...new Set(found.map(({ declaration }) => declaration.address))].toSorted(compareText);
  if (address === undefined) {
    const isRead = validation.files.some((file) => file.path === path);
    throw refuseUsage(
      isRead ? `${from} declares no ${kind}.` : `"${from}" is neither an address nor a file of this repository.`,
      `For example: ${formatCommand('new', kind, '<name>', '--from', `${kind}:<name>`)}`,
    );
  }
  if (others.length > 0)
    throw refuseUsage(
      `${from} declares several resources of kind ${kind}: ${nameFirst([address, ...others])}.`,
      'Name one of them with --from.',
    );
  return address;
}

/** The document of the files, without the overlays over it. */
function unwrap(document: ParsedDocument): ParsedDocument {
  return document.derivation?.by === 'overlay' ? unwrap(document.derivation.below) : document;
}

function copyDeclared({ address, document }: Declaration, declared: readonly Declared[]): Source {
  const overlays = declared.flatMap(({ declaration, environment }) =>
    declaration.document.derivation?.by === 'overlay' && environment !== undefined ? [environment] : [],
  );
  const written = unwrap(document);
  const value = isJsonObject(written.value) ? written.value : {};
  return {
    address,
    document: value,
    written,
    notes: overlays.length === 0 ? [] : [`The overlays of ${joinWords(overlays)} were not copied.`],
  };
}

async function readLive(
  io: CliIo,
  address: Address,
  validation: Validation,
  options: TenantOptions,
  folders: AdoptionFolders,
): Promise<Source> {
  const { checked, environments } = validation;
  const nearest = suggestNearest(address, checked.addresses, 8);
  const hint = nearest === undefined ? 'Check its path, code or name.' : `Did you mean "${nearest}"?`;
  if (options.env === undefined && !io.env['LIMIO_ENV'] && environments.length > 1)
    throw refuseUsage(`No file declares "${address}".`, `${hint} To copy a live one: --env <name>`);
  const workspace = await loadWorkspace(io, options, openConfigOrTenant);
  const { environment } = workspace;
  return withTenant(io, workspace, options, async ({ reader, kinds }) => {
    const kind = parseNewKind(address.slice(0, address.indexOf(':')));
    const live = await kinds[kind].read(reader, address.slice(kind.length + 1));
    if (!live)
      throw refuseUsage(`Neither a file nor ${environment.name} (${environment.host}) has "${address}".`, hint);
    const context = describeContext(workspace);
    const input = { context, folders, existing: [], isSourceFile: () => true, adopt: [address], into: 'base' as const };
    const codec = createJourneyCodec(context.dialect.journeyCodec, []);
    const { drafts, unnamed } = draftObjects([live], [live], input, kinds, codec);
    const [draft] = drafts;
    if (!draft) throw refuseUsage(`"${address}" cannot be copied. ${unnamed[0]?.reason ?? ''}`);
    // A copy is created, so it needs what only a creation sends.
    const created = Object.entries(isCatalogKind(kind) ? pickCreateOnly(kind, live.body) : {}).flatMap(
      ([key, value]): [string, Json][] =>
        holdsSecretText(value) ? [] : [[key, writeLiveValue(value, [key], kinds[kind].fields)]],
    );
    const notes = Object.hasOwn(objectAt(live.body, 'usage'), 'availableQuantity')
      ? ['usage.availableQuantity was not copied: the tenant counts it down. Without it, the code has no limit.']
      : [];
    return { address, document: { ...draft.document, ...Object.fromEntries(created) }, notes, draft };
  });
}

/** A copy under another name, without what belongs to the original alone. */
export function renameDocument(kind: NewKind, original: JsonObject, name: string): JsonObject {
  const { identityKey } = KIND_DEFINITIONS[kind];
  const dropped = ['moved_from', 'for_each', 'extends', ...(identityKey === 'name' ? [] : ['name'])];
  const kept = Object.entries(original).filter(([key]) => !dropped.includes(key));
  const renamed: JsonObject = { ...Object.fromEntries(kept), [identityKey]: escapeName(name) };
  const branches = getOwn(renamed, 'journeys');
  if (kind === 'journey' && Array.isArray(branches)) return { ...renamed, journeys: branches.map(dropId) };
  const [old, now] = [textAt(original, identityKey) ?? '', escapeName(name)].map(getLastPart);
  const attributes = getOwn(renamed, 'attributes');
  return old !== undefined && now !== undefined && isJsonObject(attributes)
    ? { ...renamed, attributes: renameTexts(attributes, old, now) }
    : renamed;
}

/** The names that customers read, where they are the last part of the path. */
function renameTexts(attributes: JsonObject, old: string, now: string): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]): [string, Json] => {
      if (key === 'display_name__limio' && value === old) return [key, now];
      if (key !== 'price__limio' || !Array.isArray(value)) return [key, value];
      return [
        key,
        value.map((charge) => (isJsonObject(charge) && charge['label'] === old ? { ...charge, label: now } : charge)),
      ];
    }),
  );
}

function dropId(branch: Json): Json {
  return isJsonObject(branch) ? Object.fromEntries(Object.entries(branch).filter(([key]) => key !== 'id')) : branch;
}

function getLastPart(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** The text of the copy at its path: with the comments of the original where that can be kept. */
export function writeCopy(
  source: Source,
  kind: NewKind,
  document: JsonObject,
  { path, address, validation }: { path: string; address: Address; validation: Validation },
): { text: string; notes: string[] } {
  const { draft, written } = source;
  if (draft) {
    const { check, files, environments } = validation;
    const renamed = { ...draft.live, address };
    const { raw, ...rest } = draft;
    // Conditions and actions in the form of the API, in case validate refuses the typed ones.
    const branches = raw && renameDocument(kind, raw, '')['journeys'];
    const isTouched = !jsonEqual(document['journeys'], renameDocument(kind, draft.document, '')['journeys']);
    const wanted = {
      ...rest,
      live: renamed,
      path,
      document: order(kind, document),
      ...(branches && !isTouched ? { raw: order(kind, { ...document, journeys: branches }) } : {}),
    };
    const settled = settleDrafts(
      [wanted],
      files,
      (texts) => check(texts, environments),
      () => new Map(),
    );
    const [made] = settled.drafts;
    const refused = settled.refused[0]?.reason;
    if (!made) throw refuseUsage(`"${source.address}" cannot be copied. ${refused ?? ''}`);
    const leftOut = made.leftOut.map(({ pointer, reason }) => `${pointer} was not copied. ${reason}`);
    return { text: settled.sources.find((one) => one.path === path)?.text ?? '', notes: leftOut };
  }
  const copied = written && copyText(written, document, path);
  if (copied !== undefined) return { text: copied, notes: [] };
  return {
    text: `${formatBlock(order(kind, document), 0, { eol: '\n' })}\n`,
    notes: ['The copy has all values and no comments: a template, bases, code or another folder supply the original.'],
  };
}

/** Undefined where the text means something else, or nothing, outside its file. */
function copyText(written: ParsedDocument, document: JsonObject, path: string): string | undefined {
  const { file, derivation, place, yaml, textFiles } = written;
  const range = yaml.range;
  const isMoved = dirname(file.path) !== dirname(path);
  // Paths of !file tags are relative to their file.
  if (derivation || place || !range || (isMoved && textFiles.size > 0)) return undefined;
  const isAlone = file.documents.length === 1;
  const own = (isAlone ? file.text : file.text.slice(range[0], range[2])).replace(/^(?:---[ \t]*\r?\n)+/, '');
  const text = isMoved ? own.replace(/^# yaml-language-server:.*\r?\n/m, '') : own;
  const {
    text: edited,
    refused,
    textFiles: rewritten,
  } = editFile(path, text, [{ index: 0, value: document }], file.textFiles);
  if (refused.length > 0 || rewritten) return undefined;
  return edited.endsWith('\n') ? edited : `${edited}\n`;
}

function order(kind: NewKind, document: JsonObject): JsonObject {
  const ordered = orderKeys(kind, document, []);
  return isJsonObject(ordered) ? ordered : document;
}
